import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerClock } from './server-clock.ts';

const hour = 3_600_000;

/** A client whose clock is off, on a network with the given delays. */
class Exchange {
  trueMs = Date.UTC(2026, 0, 1);
  offMs: number;
  readonly clock: ServerClock;

  constructor(offMs: number) {
    this.offMs = offMs;
    this.clock = new ServerClock(() => this.trueMs + this.offMs);
  }
  ping(thereMs: number, backMs: number): void {
    const sentAt = this.trueMs + this.offMs;
    this.trueMs += thereMs;
    const serverTime = this.trueMs;
    this.trueMs += backMs;
    this.clock.observe(sentAt, serverTime);
  }
  get errorMs(): number {
    return Math.abs(this.clock.now() - this.trueMs);
  }
}

void test('[OFF-6] a clock that is off by hours is corrected to within half a round trip', () => {
  for (const offMs of [-3 * hour, -1, 0, 1, hour, 400 * 24 * hour]) {
    for (const [there, back] of [
      [10, 10],
      [80, 0],
      [0, 80],
    ] as const) {
      const exchange = new Exchange(offMs);
      exchange.ping(there, back);
      assert.ok(exchange.errorMs <= (there + back) / 2 + 1, `${offMs} ${there} ${back}: ${exchange.errorMs}`);
    }
  }
});

void test('[OFF-6] the shortest round trip counts; a slow one does not spoil it', () => {
  const exchange = new Exchange(hour);
  exchange.ping(200, 20);
  exchange.ping(4, 4);
  assert.ok(exchange.errorMs <= 4);
  exchange.ping(900, 0);
  exchange.ping(0, 900);
  assert.ok(exchange.errorMs <= 4);
});

void test('[OFF-6] a clock that is set while connected is noticed by the next exchange, even a slower one', () => {
  const exchange = new Exchange(0);
  exchange.ping(2, 2);
  exchange.offMs = -hour;
  exchange.ping(30, 30);
  assert.ok(exchange.errorMs <= 31, `${exchange.errorMs}`);
});

void test('[OFF-6] before any exchange it says what the local clock says, in whole milliseconds', () => {
  const clock = new ServerClock(() => 1234.4);
  assert.equal(clock.now(), 1234);
  clock.observe(1234.4, 5000.3);
  assert.ok(Number.isInteger(clock.now()));
});
