import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chance } from '../../../protocol/testing/seeded-random.ts';
import { admissionBounds as bounds } from './bounds.ts';
import { retryAfterMs, retryAfterSeconds, spreadMs } from './retry-after.ts';

const almostOne = 1 - Number.EPSILON;

void test('FAULTS 19: who is refused waits longer under more pressure, within bounds', () => {
  let last = 0;
  for (let pressure = 0; pressure <= 1; pressure += 0.05) {
    const ms = retryAfterMs(pressure, 0);
    assert.ok(ms > last);
    last = ms;
  }
  assert.equal(retryAfterMs(0, 0), bounds.retryAfterMsMin);
  assert.equal(retryAfterMs(7, almostOne), 2 * bounds.retryAfterMsMax);
  assert.equal(retryAfterMs(-1, 0), bounds.retryAfterMsMin);
});

void test('FAULTS 19: a thousand who are refused together do not come back together', () => {
  const next = chance(20261121);
  const waits = Array.from({ length: 1_000 }, () => retryAfterMs(0.5, next()));
  const [first, last] = [Math.min(...waits), Math.max(...waits)];
  const tenth = (last - first) / 10;
  for (let part = 0; part < 10; part++) {
    const [from, to] = [first + part * tenth, first + (part + 1) * tenth];
    const count = waits.filter((ms) => ms >= from && ms <= to).length;
    assert.ok(count < 200, `${count} of 1000 between ${from} and ${to} ms`);
  }
});

void test('a time that a full part of the cluster asked for is never made shorter', () => {
  for (const fraction of [0, 0.3, almostOne]) {
    const ms = spreadMs(500, fraction);
    assert.ok(ms >= 500 && ms <= 1_000, `${ms}`);
  }
  assert.equal(spreadMs(0, 0.7), 0);
});

void test('the header tells whole seconds, at least one', () => {
  assert.deepEqual([1, 999, 1_000, 1_001, 8_400].map(retryAfterSeconds), ['1', '1', '1', '2', '9']);
});
