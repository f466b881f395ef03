import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTime } from '../../actors/runtime/testing/manual-time.ts';
import { Limiter } from '../edge/limits/limiter.ts';
import { AttemptLimit, ratePerMinute } from './attempt-limits.ts';

function limitAt(perMinute: number) {
  const time = new ManualTime();
  const rate = ratePerMinute(perMinute);
  const rates = {
    signInsByDevice: rate,
    signInsByHandle: rate,
    signInsByAddress: rate,
    signUpsByAddress: rate,
  };
  const limiter = new Limiter({ rates, shared: null, clock: time, timers: time });
  const limit = new AttemptLimit(limiter, 'signInsByHandle');
  return { limit, skipMs: (ms: number) => time.advance(ms) };
}

void test('[ACC-6] a full bucket, then one attempt each sixtieth of a minute divided by the rate', () => {
  const { limit, skipMs } = limitAt(6);
  for (let tries = 0; tries < 6; tries += 1) assert.deepEqual(limit.take('a'), { allowed: true });
  assert.deepEqual(limit.take('a'), { allowed: false, retryAfterSeconds: 10 });
  assert.deepEqual(limit.take('b'), { allowed: true });
  skipMs(9_000);
  assert.deepEqual(limit.take('a'), { allowed: false, retryAfterSeconds: 1 });
  skipMs(1_000);
  assert.deepEqual(limit.take('a'), { allowed: true });
  assert.equal(limit.take('a').allowed, false);
});

void test('[ACC-6] an attempt given back can be used again, but never piles up', () => {
  const { limit } = limitAt(1);
  limit.giveBack('a');
  limit.giveBack('a');
  assert.equal(limit.take('a').allowed, true);
  assert.equal(limit.take('a').allowed, false);
  limit.giveBack('a');
  assert.equal(limit.take('a').allowed, true);
});
