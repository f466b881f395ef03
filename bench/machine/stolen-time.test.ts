import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StolenTime } from './stolen-time.ts';

/** A machine of two cores, read every second, of which the host takes this many ms in each. */
function machine(takenMs: readonly number[]): StolenTime {
  let atMs = 0;
  let stolenMs = 0;
  const stolen = new StolenTime({ nowMs: () => atMs, stolenMs: () => stolenMs, cores: 2 });
  for (const taken of takenMs) {
    atMs += 1_000;
    stolenMs += taken;
    stolen.read();
  }
  return stolen;
}

void test('of a machine that has its time nothing was taken', () => {
  assert.equal(machine([0, 0, 0, 0, 0, 0, 0]).worstShare(0), 0);
});

void test('a stall is seen among quiet seconds, by what it took of five', () => {
  const quiet = Array.from({ length: 20 }, () => 0);
  assert.equal(machine([...quiet, 2_000, ...quiet]).worstShare(0), 0.2);
  assert.equal(machine([...quiet, 2_000, 2_000, 2_000, 2_000, 2_000, ...quiet]).worstShare(0), 1);
});

void test('what lies before or after is not held against what runs now', () => {
  const stolen = machine([2_000, 2_000, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  assert.equal(stolen.worstShare(1_000), 0.2);
  assert.equal(stolen.worstShare(7_000), 0);
  assert.equal(stolen.worstShare(0, 500), 0);
});

void test('second by second it is told what was taken, and a rest too short to tell is left out', () => {
  const stolen = machine([0, 100, 2_000]);
  const intervals = [
    { fromMs: 0, untilMs: 1_000, share: 0 },
    { fromMs: 1_000, untilMs: 2_000, share: 0.05 },
    { fromMs: 2_000, untilMs: 3_000, share: 1 },
  ];
  assert.deepEqual(stolen.intervals(), intervals);
});
