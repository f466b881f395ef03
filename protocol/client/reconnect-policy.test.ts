import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeCodes } from '../close-codes.ts';
import { chance } from '../testing/seeded-random.ts';
import {
  endingOf,
  reconnectDelayMs,
  reconnectFirstMs,
  reconnectMaxMs,
  repeatDelayMs,
  repeatMaxMs,
  type Ending,
} from './reconnect-policy.ts';

const almostOne = 1 - Number.EPSILON;

void test('the wait doubles with each failure up to its bound, and never is nothing', () => {
  for (let attempt = 0; attempt < 2_000; attempt++) {
    const ceiling = Math.min(reconnectMaxMs, reconnectFirstMs * 2 ** attempt);
    assert.equal(reconnectDelayMs(attempt, 0), Math.round(ceiling / 10), `attempt ${attempt}, shortest`);
    assert.equal(reconnectDelayMs(attempt, almostOne), ceiling, `attempt ${attempt}, longest`);
    const half = reconnectDelayMs(attempt, 0.5);
    assert.ok(half > ceiling / 10 && half < ceiling, `attempt ${attempt}, in between`);
  }
});

/** The most of so many clients that come within one second. */
function busiestSecond(clients: number, attempt: number, ending: Ending): number {
  const next = chance(20261121);
  const seconds = new Map<number, number>();
  for (let client = 0; client < clients; client++) {
    // Clients learn of it over a little while; the worst is that all learn of it at once.
    const second = Math.floor(reconnectDelayMs(attempt, next(), ending) / 1000);
    seconds.set(second, (seconds.get(second) ?? 0) + 1);
  }
  return Math.max(...seconds.values());
}

void test('FAULTS 19: 50,000 clients whose attempt failed do not come back in the same second', () => {
  assert.ok(busiestSecond(50_000, 0, 'refused') < 25_000);
  // A server that was there and is gone: the first attempt after the loss fails, and then this.
  assert.ok(busiestSecond(50_000, 1, 'refused') < 12_500);
  assert.ok(busiestSecond(50_000, 2, 'refused') < 6_500);
  assert.ok(busiestSecond(50_000, 4, 'refused') < 2_500);
  assert.ok(busiestSecond(50_000, 0, 'later') < 6_500);
});

void test('each way of ending has its waits, and all are bounded', () => {
  const waits = (ending: Ending, attempt: number) =>
    [0, almostOne].map((fraction) => reconnectDelayMs(attempt, fraction, ending));
  assert.deepEqual(waits('going_away', 0), [100, 1_000]);
  assert.deepEqual(waits('refused', 0), [250, 2_500]);
  assert.deepEqual(waits('refused', 1_000), [3_000, 30_000]);
  assert.deepEqual(waits('later', 0), [1_000, 10_000]);
  assert.deepEqual(waits('later', 1_000), [3_000, 30_000]);
});

void test('a request is never repeated before it may, nor by everyone at the same moment', () => {
  const waits = Array.from({ length: 10 }, (_, at) => repeatDelayMs(500, 0, at / 10));
  assert.ok(waits.every((ms) => ms > 500 && ms <= 500 + reconnectFirstMs));
  assert.equal(new Set(waits).size, waits.length);
  assert.ok(repeatDelayMs(null, 0, 0) > 0);
});

void test('a request that fails again and again waits longer, but not as long as a connection', () => {
  assert.ok(repeatDelayMs(500, 3, 0.5) > repeatDelayMs(500, 2, 0.5));
  assert.equal(repeatDelayMs(500, 1_000, 1), 500 + repeatMaxMs);
});

void test('how a connection ended is told by the code, and by whether there was a welcome', () => {
  assert.equal(endingOf(1006, false), 'lost');
  assert.equal(endingOf(1006, true), 'refused');
  assert.equal(endingOf(closeCodes.slow_consumer, false), 'lost');
  assert.equal(
    endingOf(closeCodes.authentication_failed, true),
    'lost',
    'tried again at once, with a new token',
  );
  for (const wasConnecting of [true, false]) {
    assert.equal(endingOf(closeCodes.going_away, wasConnecting), 'going_away');
    assert.equal(endingOf(closeCodes.try_again_later, wasConnecting), 'later');
  }
});
