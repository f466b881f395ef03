import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Unconfirmed } from './unconfirmed.ts';

void test('a round trip confirms what was published before it began, and nothing that came after', () => {
  const it = new Unconfirmed();
  it.add(100);
  it.begin();
  it.add(30);
  assert.deepEqual([it.bytes, it.roundTripUnderWay], [130, true]);
  it.end();
  assert.deepEqual([it.bytes, it.roundTripUnderWay], [30, false]);
  it.begin();
  it.end();
  assert.equal(it.bytes, 0);
});

void test('an end without a beginning frees nothing', () => {
  const it = new Unconfirmed();
  it.add(7);
  it.end();
  assert.equal(it.bytes, 7);
});
