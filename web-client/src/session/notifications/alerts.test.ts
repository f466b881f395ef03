import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reduce } from '../../store/reduce.ts';
import { Store } from '../../store/store.ts';
import { after, bob, me, message, summary, talk } from '../../store/testing-values.ts';
import { Alerts, deservesAlert } from './alerts.ts';

void test('[MEN-2][ACC-5] nobody is told of what is muted, from who is blocked, or of their own words', () => {
  const state = after({ type: 'listed', summaries: [summary(5, 5)] });
  assert.equal(deservesAlert(state, talk, bob, 1_000), true);
  assert.equal(deservesAlert(state, talk, me, 1_000), false);
  assert.equal(deservesAlert(state, 'elsewhere', bob, 1_000), false);
  const muted = reduce(state, { type: 'muted', id: talk, untilMs: 2_000 });
  assert.equal(deservesAlert(muted, talk, bob, 1_000), false);
  assert.equal(deservesAlert(muted, talk, bob, 2_000), true);
  const blocked = reduce(state, { type: 'blocked', userId: bob, blocked: true });
  assert.equal(deservesAlert(blocked, talk, bob, 1_000), false);
});

void test('[ACC-7] an alert that stands is closed when its person signs out', async (context) => {
  const shown: BrowserNotification[] = [];
  class BrowserNotification {
    closed = false;
    constructor() {
      shown.push(this);
    }
    close(): void {
      this.closed = true;
    }
  }
  Object.assign(globalThis, { Notification: BrowserNotification });
  context.after(() => Reflect.deleteProperty(globalThis, 'Notification'));
  const store = new Store(reduce, after({ type: 'listed', summaries: [summary(5, 5)] }));
  const alerts = new Alerts(store, {} as never, () => Promise.resolve(true));
  await alerts.happened(talk, message(6, bob));
  assert.deepEqual(
    shown.map(({ closed }) => closed),
    [false],
  );
  alerts.stop();
  assert.deepEqual(
    shown.map(({ closed }) => closed),
    [true],
  );
});
