import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTime } from '../../../actors/runtime/testing/manual-time.ts';
import { limits } from '../../../protocol/limits.ts';
import { opcodes } from '../../../protocol/opcodes.ts';
import { Limiter } from './limiter.ts';
import { addressRates, rates, userRates } from './rates.ts';
import { kindOfRequest } from './request-kinds.ts';

function limiterAt() {
  const time = new ManualTime();
  const limiter = new Limiter({ rates, shared: null, clock: time, timers: time });
  return { limiter, skipMs: (ms: number) => time.advance(ms) };
}

void test('[ACC-6] every kind has a budget of its own, and its refusals are counted', () => {
  const { limiter, skipMs } = limiterAt();
  for (const kind of Object.keys(rates) as (keyof typeof rates)[]) {
    for (let count = 0; count < rates[kind].burst; count++) assert.equal(limiter.take(kind, 'ada'), 0);
    const waitMs = limiter.take(kind, 'ada');
    assert.equal(waitMs, Math.ceil(1000 / rates[kind].perSecond));
    assert.equal(limiter.check(kind, 'ada'), waitMs);
    assert.equal(limiter.refusals[kind], 2);
    assert.equal(limiter.take(kind, 'bob'), 0);
  }
  skipMs(1_000);
  assert.equal(limiter.take('sends', 'ada'), 0);
  assert.equal(limiter.totals.untold, 0);
});

void test('[ACC-6] what is given back may be taken again', () => {
  const { limiter } = limiterAt();
  for (let count = 0; count < limits.searchesBurst; count++) limiter.take('searches', 'ada');
  limiter.giveBack('searches', 'ada');
  assert.equal(limiter.take('searches', 'ada'), 0);
  assert.ok(limiter.take('searches', 'ada') > 0);
});

void test('[ACC-6] each request is paid from the budget of its kind', () => {
  assert.equal(kindOfRequest(opcodes.send), 'sends');
  assert.equal(kindOfRequest(opcodes.react), 'reactions');
  assert.equal(kindOfRequest(opcodes.findUsers), 'searches');
  assert.equal(kindOfRequest(opcodes.history), 'requests');
  assert.equal(kindOfRequest(opcodes.reauthenticate), 'requests');
  // One key in the store is one subject: a user's id and an address never share a kind.
  assert.deepEqual(
    Object.keys(userRates).filter((kind) => kind in addressRates),
    [],
  );
});
