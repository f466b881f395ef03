import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RateLimiter } from './rate-limiter.ts';

const perSecond = 50;
const burst = 200;

void test('[ACC-6] a burst, then a steady rate', () => {
  const limiter = new RateLimiter({ perSecond, burst });
  for (let count = 0; count < burst; count++) assert.equal(limiter.take('ada', 0), 0, `${count}`);
  assert.equal(limiter.take('ada', 0), 1000 / perSecond);
  let taken = 0;
  for (let nowMs = 0; nowMs < 10_000; nowMs++) if (limiter.take('ada', nowMs) === 0) taken++;
  assert.ok(Math.abs(taken - 10 * perSecond) <= 1, `${taken} in ten seconds`);
});

void test('[ACC-6] whoever waits as long as told gets through, and not a millisecond earlier', () => {
  const limiter = new RateLimiter({ perSecond: 7, burst: 3 });
  let nowMs = 0;
  for (let count = 0; count < 200; count++) {
    const waitMs = limiter.take('ada', nowMs);
    if (waitMs === 0) continue;
    assert.ok(limiter.take('ada', nowMs + waitMs - 1) > 0, 'earlier');
    nowMs += waitMs;
    assert.equal(limiter.take('ada', nowMs), 0, 'as told');
  }
});

void test('[ACC-6] idleness saves up no more than the burst, and refusals cost nothing', () => {
  const limiter = new RateLimiter({ perSecond, burst });
  for (let count = 0; count < 1_000; count++) limiter.take('ada', 0);
  assert.equal(limiter.take('ada', 20), 0);
  let taken = 0;
  while (limiter.take('ada', 3_600_000) === 0) taken++;
  assert.equal(taken, burst);
});

void test('[ACC-6] one user does not use up what another may do', () => {
  const limiter = new RateLimiter({ perSecond, burst: 1 });
  assert.equal(limiter.take('ada', 0), 0);
  assert.ok(limiter.take('ada', 0) > 0);
  assert.equal(limiter.take('bob', 0), 0);
});

void test('it remembers a bounded number of users, and forgets those first whose burst is full again', () => {
  const limiter = new RateLimiter({ perSecond: 1, burst: 2 });
  const many = 200_000;
  for (let at = 0; at < many; at++) limiter.take(`idle ${at}`, 0);
  const nowMs = 2_001;
  limiter.take('busy', 1_000);
  limiter.take('busy', 1_000);
  for (let at = 0; at < many - 1; at++) limiter.take(`new ${at}`, nowMs);
  assert.ok(limiter.take('busy', 1_000) > 0, 'not forgotten: it had not waited');
});
