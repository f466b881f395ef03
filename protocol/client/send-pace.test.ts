import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../limits.ts';
import { SendPace } from './send-pace.ts';

const { sendsBurst, sendsPerSecond } = limits;

/** How many go out from one moment to another, asking as often as it says. */
function sentBetween(pace: SendPace, fromMs: number, toMs: number): number {
  let sent = 0;
  for (let nowMs = fromMs; nowMs < toMs;) {
    const waitMs = pace.take(nowMs);
    if (waitMs === 0) sent++;
    nowMs += waitMs;
  }
  return sent;
}

void test('[OFF-2] a burst goes out at once, the rest at the steady rate', () => {
  const pace = new SendPace();
  const tenSeconds = sentBetween(pace, 5, 10_005);
  assert.ok(tenSeconds <= sendsBurst + 10 * sendsPerSecond, `${tenSeconds}`);
  assert.ok(tenSeconds >= sendsBurst + 9.5 * sendsPerSecond, `${tenSeconds}`);
});

void test('[OFF-2] a pause fills the bucket again, and no further', () => {
  const pace = new SendPace();
  sentBetween(pace, 0, 1_000);
  assert.equal(sentBetween(pace, 3_600_000, 3_600_001), sendsBurst);
});

void test('[OFF-2][ACC-6] a refusal is believed: nothing before its time, then at the steady rate', () => {
  const pace = new SendPace();
  pace.refused(1_000, 700);
  assert.equal(pace.take(1_000), 700);
  assert.equal(pace.take(1_699.5), 1);
  assert.equal(sentBetween(pace, 1_700, 2_700), 1 + sendsPerSecond - 1);
  // Those that were refused together with it do not shorten the wait.
  pace.refused(3_000, 500);
  pace.refused(3_000, 20);
  assert.equal(pace.take(3_000), 500);
});
