import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'node:test';
import { Pace } from './pace.ts';

function setUp() {
  let nowMs = 1_000;
  const waiting: { run: () => void; atMs: number }[] = [];
  const clock = { now: () => nowMs, monotonicMs: () => nowMs };
  const timers = {
    setTimeout(run: () => void, delayMs: number) {
      waiting.push({ run, atMs: nowMs + delayMs });
      return () => undefined;
    },
    setInterval: () => () => undefined,
    afterTurn: (run: () => void) => void setImmediate(run),
  };
  const pass = (ms: number) => {
    nowMs += ms;
    for (const { run } of waiting.filter(({ atMs }) => atMs <= nowMs)) run();
    waiting.splice(0, waiting.length, ...waiting.filter(({ atMs }) => atMs > nowMs));
  };
  const runs: number[] = [];
  const pace = new Pace(5, clock, timers);
  return { pass, runs, ask: () => pace.ask(() => runs.push(nowMs)) };
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
