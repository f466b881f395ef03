import assert from 'node:assert/strict';
import { test } from 'node:test';
import { subjectsMax, TokenBuckets } from './token-buckets.ts';

const perSecond = 50;
const burst = 200;

void test('[ACC-6] a burst, then a steady rate', () => {
  const buckets = new TokenBuckets({ perSecond, burst });
  for (let count = 0; count < burst; count++) assert.equal(buckets.take('ada', 0), 0, `${count}`);
  assert.equal(buckets.take('ada', 0), 1000 / perSecond);
  let taken = 0;
  for (let nowMs = 0; nowMs < 10_000; nowMs++) if (buckets.take('ada', nowMs) === 0) taken++;
  assert.ok(Math.abs(taken - 10 * perSecond) <= 1, `${taken} in ten seconds`);
});

void test('[ACC-6] whoever waits as long as told gets through, and not a millisecond earlier', () => {
  const buckets = new TokenBuckets({ perSecond: 7, burst: 3 });
  let nowMs = 0;
  for (let count = 0; count < 200; count++) {
    const waitMs = buckets.take('ada', nowMs);
    if (waitMs === 0) continue;
    assert.ok(buckets.take('ada', nowMs + waitMs - 1) > 0, 'earlier');
    nowMs += waitMs;
    assert.equal(buckets.take('ada', nowMs), 0, 'as told');
  }
});

void test('[ACC-6] idleness saves up no more than the burst, and refusals cost nothing', () => {
  const buckets = new TokenBuckets({ perSecond, burst });
  for (let count = 0; count < 1_000; count++) buckets.take('ada', 0);
  assert.equal(buckets.take('ada', 20), 0);
  let taken = 0;
  while (buckets.take('ada', 3_600_000) === 0) taken++;
  assert.equal(taken, burst);
});

void test('[ACC-6] one user does not use up what another may do', () => {
  const buckets = new TokenBuckets({ perSecond, burst: 1 });
  assert.equal(buckets.take('ada', 0), 0);
  assert.ok(buckets.take('ada', 0) > 0);
  assert.equal(buckets.take('bob', 0), 0);
});

void test('[ACC-6] asking takes nothing, and giving back never saves up more than the burst', () => {
  const buckets = new TokenBuckets({ perSecond: 1, burst: 2 });
  for (let count = 0; count < 5; count++) assert.equal(buckets.waitMs('ada', 0), 0);
  assert.equal(buckets.size, 0);
  for (let count = 0; count < 5; count++) buckets.giveBack('ada', 0);
  assert.deepEqual([buckets.take('ada', 0), buckets.take('ada', 0)], [0, 0]);
  assert.deepEqual([buckets.waitMs('ada', 400), buckets.take('ada', 400)], [600, 600]);
  buckets.giveBack('ada', 400);
  assert.equal(buckets.take('ada', 400), 0);
});

void test('[ACC-6] what was overdrawn elsewhere is paid back first, and nothing raises a bucket', () => {
  const buckets = new TokenBuckets({ perSecond: 10, burst: 20 });
  buckets.lowerTo('ada', -5, 0);
  assert.equal(buckets.take('ada', 0), 600);
  assert.equal(buckets.take('ada', 600), 0);
  buckets.lowerTo('ada', 20, 600);
  assert.equal(buckets.take('ada', 600), 100);
});

void test('[ACC-6] a clock that is read out of order takes nothing back', () => {
  const buckets = new TokenBuckets({ perSecond: 1, burst: 1 });
  assert.equal(buckets.take('ada', 1_000), 0);
  assert.equal(buckets.take('ada', 500), 1_000);
  assert.equal(buckets.take('ada', 2_000), 0);
});

void test('it remembers a bounded number of subjects, and soon forgets those whose bucket is full', () => {
  const buckets = new TokenBuckets({ perSecond: 1, burst: 2 });
  for (let at = 0; at < 3 * subjectsMax; at++) buckets.take(`active ${at}`, 0);
  assert.equal(buckets.size, subjectsMax);
  assert.equal(buckets.take('busy', 1_500), 0);
  assert.equal(buckets.take('busy', 1_500), 0);
  for (let at = 0; at < subjectsMax / 2; at++) buckets.take(`later ${at}`, 1_900);
  assert.ok(buckets.size < subjectsMax / 2 + 10, `${buckets.size}`);
  assert.ok(buckets.take('busy', 1_900) > 0, 'not forgotten');
});
