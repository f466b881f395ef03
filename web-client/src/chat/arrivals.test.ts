import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownState } from '../connection/shown-state.ts';
import { shownConnection } from './arrivals.ts';

const waiting = { name: 'waiting', retryInMs: 100, reason: 'closed' } as const;

void test('a lost connection is "reconnecting" only to who has been online', () => {
  assert.deepEqual(shownConnection(waiting, true), { name: 'reconnecting' });
  assert.deepEqual(shownConnection(waiting, false), { name: 'connecting', failed: true });
});

void test('the first failure stays on the screen while the next attempt runs', () => {
  assert.equal(shownConnection({ name: 'connecting' }, false), null);
  assert.deepEqual(shownConnection({ name: 'connecting' }, true), { name: 'reconnecting' });
});

void test('without a network the page says offline, whatever the socket believes', () => {
  assert.equal(shownState({ name: 'online' }, false), 'offline');
  assert.equal(shownState({ name: 'online' }, true), 'online');
  assert.equal(shownState({ name: 'stopped', reason: '' }, false), 'stopped');
  assert.equal(shownState({ name: 'connecting', failed: true }, true), 'unreachable');
});
