import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClusterClock } from './fabric/cluster-clock.ts';
import { silentLog } from '../actors/runtime/testing/silent-log.ts';

const hourMs = 3_600_000;

/** A host whose clock is off, and a server that answers after a while. */
function world(offMs: number) {
  const state = { trueMs: 1_000_000_000_000, monotonicMs: 0, answerMs: 4, answers: true, offMs };
  const pass = (ms: number): void => {
    state.trueMs += ms;
    state.monotonicMs += ms;
  };
  const own = { now: () => state.trueMs + state.offMs, monotonicMs: () => state.monotonicMs };
  const server = {
    time() {
      if (!state.answers) return Promise.reject(new Error('away'));
      pass(state.answerMs / 2);
      const time = state.trueMs;
      pass(state.answerMs / 2);
      return Promise.resolve(time);
    },
  };
  let tick = (): void => undefined;
  const timers = {
    setInterval: (run: () => void) => {
      tick = run;
      return () => undefined;
    },
    setTimeout: () => () => undefined,
    afterTurn: setImmediate,
  };
  const clock = new ClusterClock(own, server, silentLog);
  const start = () => clock.start(timers);
  const measure = async () => {
    tick();
    await new Promise(setImmediate);
  };
  return { clock, state, start, measure };
}

test('(FAULTS 24) a clock that is an hour off, either way, tells the time of NATS', async () => {
  for (const offMs of [hourMs, -hourMs]) {
    const { clock, state, start } = world(offMs);
    await start();
    assert.ok(Math.abs(clock.now() - state.trueMs) <= 1);
    assert.equal(clock.offsetMs, -offMs);
  }
});

test('a clock that is about right is left alone, so that it does not waver', async () => {
  const { clock, start, measure, state } = world(120);
  await start();
  state.answerMs = 300;
  await measure();
  assert.equal(clock.offsetMs, 0);
});

test('a clock that somebody corrects is believed again at the next look', async () => {
  const { clock, start, measure, state } = world(hourMs);
  await start();
  state.offMs = 0;
  await measure();
  assert.equal(clock.offsetMs, 0);
});

test('no answer, or a late one, changes nothing', async () => {
  const { clock, start, measure, state } = world(hourMs);
  await start();
  state.offMs = 0;
  state.answers = false;
  await measure();
  assert.equal(clock.offsetMs, -hourMs);
  state.answers = true;
  state.answerMs = 3_000;
  await measure();
  assert.equal(clock.offsetMs, -hourMs);
});
