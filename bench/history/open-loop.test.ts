import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nowUs } from '../clock.ts';
import { openLoop } from './open-loop.ts';

test('several processes together do everything that is due, each its own, and none before its time', async () => {
  const startUs = Math.round(nowUs());
  const due: number[] = [];
  const loop = (index: number) =>
    openLoop({
      rate: 1_000,
      turn: { index, of: 2 },
      startUs,
      untilUs: startUs + 50_000,
      act: (_number, dueUs) => {
        assert.ok(nowUs() >= dueUs);
        due.push(Math.round((dueUs - startUs) / 1_000));
      },
    });
  await Promise.all([loop(0), loop(1)]);
  assert.deepEqual(
    due.toSorted((a, b) => a - b),
    Array.from({ length: 50 }, (_, index) => index),
  );
});

test('what was due while the process stood still is done as soon as it goes on', async () => {
  const startUs = Math.round(nowUs()) - 30_000;
  const numbers: number[] = [];
  await openLoop({
    rate: 1_000,
    turn: { index: 0, of: 1 },
    startUs,
    untilUs: startUs + 10_000,
    act: (number) => void numbers.push(number),
  });
  assert.deepEqual(numbers, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
