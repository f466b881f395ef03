import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'node:test';
import { Pace } from './pace.ts';
import { ManualTime } from './testing/manual-time.ts';

function setUp() {
  const time = new ManualTime();
  time.advance(1_000);
  const pass = (ms: number) => time.advance(ms);
  const runs: number[] = [];
  const pace = new Pace(5, time, time);
  return { pass, runs, ask: () => pace.ask(() => runs.push(time.monotonicMs())) };
}

test('after a pause it runs at the end of the turn, once for all who asked', async () => {
  const { ask, runs } = setUp();
  ask();
  ask();
  assert.deepEqual(runs, []);
  await nextTurn();
  assert.deepEqual(runs, [1_000]);
});

test('soon after a run everyone waits for the rest of the interval, together', async () => {
  const { ask, runs, pass } = setUp();
  ask();
  await nextTurn();
  pass(2);
  ask();
  ask();
  await nextTurn();
  pass(2);
  assert.deepEqual(runs, [1_000]);
  pass(1);
  assert.deepEqual(runs, [1_000, 1_005]);
  pass(9);
  ask();
  await nextTurn();
  assert.deepEqual(runs, [1_000, 1_005, 1_014]);
});
