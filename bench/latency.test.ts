import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Latency, mergeLatencies } from './latency.ts';

test('the parts of several processes give the percentiles of the whole, which no average of theirs would', () => {
  const fast = new Latency();
  const slow = new Latency();
  const whole = new Latency();
  for (let us = 1; us <= 9_900; us++) {
    fast.record(us);
    whole.record(us);
  }
  for (let us = 1_000_000; us < 1_000_100; us++) {
    slow.record(us);
    whole.record(us);
  }
  const merged = mergeLatencies([fast.encode(), slow.encode()]);
  const { maxMs, ...rest } = merged;
  const { maxMs: wholeMaxMs, ...wholeRest } = whole.summary;
  assert.deepEqual(rest, wholeRest);
  assert.ok(Math.abs(maxMs - wholeMaxMs) <= wholeMaxMs / 1_000, `${maxMs} is not ${wholeMaxMs}`);
  assert.equal(merged.count, 10_000);
  assert.ok(Math.abs(merged.p50Ms - 5) < 0.01);
  assert.ok(Math.abs(merged.p99Ms - 9.9) < 0.02);
  assert.ok(Math.abs(merged.p999Ms - 1_000) < 2);
});

test('three digits hold from microseconds to minutes', () => {
  for (const us of [1, 999, 12_345, 1_234_567, 600_000_000]) {
    const latency = new Latency();
    latency.record(us);
    assert.ok(Math.abs(latency.summary.maxMs * 1_000 - us) <= us / 1_000, String(us));
  }
});

test('nothing recorded is nothing', () => {
  const { count, p50Ms, maxMs } = mergeLatencies([new Latency().encode()]);
  assert.deepEqual([count, p50Ms, maxMs], [0, 0, 0]);
});
