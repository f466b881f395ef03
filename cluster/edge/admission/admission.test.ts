import assert from 'node:assert/strict';
import { test } from 'node:test';
import { opcodes } from '../../../protocol/opcodes.ts';
import { Admission } from './admission.ts';
import { admissionBounds as bounds } from './bounds.ts';

function world() {
  let nowMs = 0;
  let tick: (() => void) | null = null;
  const timers = {
    setTimeout: () => () => undefined,
    afterTurn: setImmediate,
    setInterval: (run: () => void) => {
      tick = run;
      return () => (tick = null);
    },
  };
  let fraction = 0;
  const admission = new Admission({
    clock: { now: () => nowMs, monotonicMs: () => nowMs },
    timers,
    random: { fraction: () => (fraction = (fraction + 0.37) % 1), uuid: () => '' },
  });
  const run = (ms: number, lateMs: number) => {
    for (const untilMs = nowMs + ms; nowMs < untilMs;) {
      nowMs += bounds.measureEveryMs + lateMs;
      tick?.();
    }
  };
  return { admission, run, measures: () => tick !== null, now: () => nowMs };
}

void test('FAULTS 19: overloaded, a worker refuses work with a time to wait, and answers pings and greets', () => {
  const { admission, run, now } = world();
  run(2_000, 0);
  for (const opcode of Object.values(opcodes)) assert.equal(admission.refuseRequest(opcode, now()), 0);
  assert.deepEqual(admission.askedOfOthers, { part: 0, waitMs: 0 });
  run(2_000, 400);
  const taken = Object.values(opcodes).filter(
    (code) => code < 64 && admission.refuseRequest(code, now()) === 0,
  );
  assert.deepEqual(taken.sort(), [opcodes.hello, opcodes.reauthenticate, opcodes.ping].sort());
  const waits = Array.from({ length: 20 }, () => admission.refuseRequest(opcodes.send, now()));
  assert.ok(waits.every((ms) => ms >= bounds.retryAfterMsMin) && new Set(waits).size > 10, `${waits}`);
  const { part, waitMs } = admission.askedOfOthers;
  assert.ok(part === 1 && waitMs >= bounds.retryAfterMsMin);
  assert.ok(admission.refusals.request_overloaded >= 20);
  run(5_000, 0);
  assert.deepEqual([admission.overloaded, admission.refuseRequest(opcodes.send, now())], [false, 0]);
});

void test('FAULTS 19: a turn of the loop that never ends takes no more work, and then closes who asks on and on', () => {
  const { admission, run, now } = world();
  run(2_000, 0);
  const during = (ms: number) => now() + ms;
  assert.equal(admission.refuseRequest(opcodes.send, during(bounds.turnMsMax)), 0);
  assert.ok(admission.refuseRequest(opcodes.send, during(bounds.turnMsMax + 1)) > 0);
  assert.equal(admission.refuseRequest(opcodes.ping, during(bounds.turnMsMax + 1)), 0);
  const { turnMsBeforeCloses, refusalsOfWorkMax, refusalsOfWorkInLongTurnMax } = bounds;
  assert.equal(admission.refusalsOfWorkMax(during(turnMsBeforeCloses)), refusalsOfWorkMax);
  assert.equal(admission.refusalsOfWorkMax(during(turnMsBeforeCloses + 1)), refusalsOfWorkInLongTurnMax);
  run(100, 0);
  assert.equal(admission.refuseRequest(opcodes.send, during(0)), 0);
});

void test('FAULTS 19: greetings at once are bounded, and fewer while the worker is busy', () => {
  const { admission, run } = world();
  for (let begun = 0; begun < bounds.greetingsMax; begun++) assert.ok(admission.beginGreeting());
  assert.equal(admission.beginGreeting(), false);
  admission.endGreeting();
  assert.ok(admission.beginGreeting());
  assert.deepEqual(
    [admission.greetings, admission.greetingsPeak],
    [bounds.greetingsMax, bounds.greetingsMax],
  );
  assert.equal(admission.refusals.greetings_full, 1);
  run(2_000, 100);
  while (admission.greetings >= bounds.greetingsWhileBusyMax) {
    assert.equal(admission.beginGreeting(), false);
    admission.endGreeting();
  }
  assert.ok(admission.beginGreeting());
  assert.equal(admission.beginGreeting(), false);
});

void test('FAULTS 13: requests under way are bounded; one more is told when to come again', () => {
  const { admission } = world();
  for (let begun = 0; begun < bounds.requestsMax; begun++) assert.equal(admission.beginRequest(), 0);
  assert.ok(admission.beginRequest() >= bounds.retryAfterMsMin);
  admission.endRequest();
  assert.equal(admission.beginRequest(), 0);
  assert.deepEqual([admission.requests, admission.refusals.requests_full], [bounds.requestsMax, 1]);
});

void test('stopped, it measures no more', () => {
  const { admission, measures } = world();
  admission.stop();
  assert.equal(measures(), false);
});
