import assert from 'node:assert/strict';
import { test } from 'node:test';
import { membershipTiming } from '../../fabric/membership/timing.ts';
import { admissionBounds as bounds } from './bounds.ts';
import { LoadState } from './load-state.ts';

/** A loop whose timer runs late by what the test says, and the states it went through. */
function loop() {
  const state = new LoadState();
  let nowMs = 0;
  const turn = (lateMs: number) => {
    nowMs += bounds.measureEveryMs + lateMs;
    state.observe(lateMs, nowMs);
    return state.load;
  };
  return {
    state,
    turn,
    /** Turns that are all as late, until so much time has passed. */
    runFor(ms: number, lateMs: number) {
      for (const untilMs = nowMs + ms; nowMs < untilMs;) turn(lateMs);
      return state.load;
    },
    get nowMs() {
      return nowMs;
    },
  };
}

const calmMs = 2;
const wayTooLateMs = 2 * bounds.overloadedFromMs;

void test('FAULTS 19: overload is seen long before membership is in danger', () => {
  for (const lateMs of [bounds.overloadedFromMs, 400, 600, 1_500]) {
    const it = loop();
    it.runFor(5_000, calmMs);
    const beganMs = it.nowMs;
    while (it.turn(lateMs) !== 'overloaded') assert.ok(it.nowMs - beganMs < membershipTiming.leaseMs);
    const worst = bounds.windowMs + 2 * (lateMs + bounds.measureEveryMs);
    assert.ok(it.nowMs - beganMs <= worst, `late by ${lateMs}: seen after ${it.nowMs - beganMs} ms`);
  }
  assert.ok(bounds.overloadedFromMs + bounds.windowMs < membershipTiming.leaseMs / 2);
  // A renewal whose answer waits for longer than this in the socket has timed out when it is read.
  assert.ok(bounds.overloadedFromMs < membershipTiming.kvTimeoutMs / 2);
});

void test('one long turn is no overload, however often it comes', () => {
  const it = loop();
  it.runFor(2_000, calmMs);
  for (let times = 0; times < 50; times++) {
    assert.equal(it.turn(bounds.windowMs - 2 * bounds.measureEveryMs), 'calm');
    assert.equal(it.runFor(100, calmMs), 'calm');
  }
});

void test('a single turn that is longer than all that is looked at says enough', () => {
  const it = loop();
  it.runFor(2_000, calmMs);
  assert.equal(it.turn(bounds.windowMs + 100), 'overloaded');
});

void test('starting up is no overload', () => {
  const it = loop();
  assert.equal(it.turn(3_000), 'calm');
  assert.equal(it.runFor(bounds.windowMs / 2, calmMs), 'calm');
});

void test('between calm and overloaded a worker is busy', () => {
  const it = loop();
  it.runFor(2_000, calmMs);
  assert.equal(it.runFor(1_000, bounds.busyFromMs + 5), 'busy');
  assert.equal(it.runFor(1_000, bounds.overloadedFromMs + 5), 'overloaded');
  assert.deepEqual([it.state.rank, it.state.standingMs], [2, bounds.overloadedFromMs + 5]);
});

void test('hysteresis: a state is left at a lower mark, after a while without interruption, by steps', () => {
  const it = loop();
  it.runFor(2_000, wayTooLateMs);
  assert.equal(it.state.load, 'overloaded');
  const justBelow = bounds.overloadedFromMs - 10;
  assert.equal(it.runFor(10_000, justBelow), 'overloaded', 'what would not have led to it does not end it');
  const quiet = bounds.leaveAtPart * bounds.overloadedFromMs - 10;
  assert.equal(it.runFor(bounds.leaveAfterMs - 300, quiet), 'overloaded');
  assert.equal(it.runFor(1_000, justBelow), 'overloaded', 'it was interrupted');
  assert.equal(it.runFor(bounds.leaveAfterMs - 300, quiet), 'overloaded');
  assert.equal(it.runFor(600, quiet), 'busy');
  assert.equal(it.runFor(2 * bounds.leaveAfterMs, calmMs), 'calm');
});

void test('it recovers within seconds from any overload', () => {
  const it = loop();
  it.runFor(60_000, 3_000);
  const beganMs = it.nowMs;
  while (it.turn(calmMs) !== 'calm') assert.ok(it.nowMs - beganMs < 3_000);
});

void test('a busy loop that is late now and then stays out of overload, and comes out of it', () => {
  const it = loop();
  it.runFor(2_000, wayTooLateMs);
  for (let times = 0; times < 20; times++) {
    it.turn(wayTooLateMs / 2);
    it.runFor(100, calmMs);
  }
  assert.equal(it.state.load, 'calm');
});

void test('pressure grows with the time that is overloaded and with the lateness, and fades', () => {
  const it = loop();
  it.runFor(2_000, calmMs);
  assert.equal(it.state.pressure < 0.01, true);
  it.runFor(2_000, bounds.overloadedFromMs + 10);
  const early = it.state.pressure;
  it.runFor(10_000, bounds.overloadedFromMs + 10);
  const later = it.state.pressure;
  assert.ok(early > 0.1 && later > early + 0.2 && later < 1, `${early} ${later}`);
  it.turn(bounds.pressureFullMs);
  assert.equal(it.state.pressure, 1, 'grave lateness counts at once');
  it.runFor(60_000, calmMs);
  assert.ok(it.state.pressure < 0.05);
});
