import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DrainPace } from './drain-pace.ts';

void test('[OPS-6] a drain is even: all at its beginning, half at its half, none at its end', () => {
  const pace = new DrainPace(1_000, 5_000, 10_000);
  assert.equal(pace.mayStay(5_000), 1_000);
  assert.equal(pace.mayStay(10_000), 500);
  assert.equal(pace.mayStay(14_990), 1);
  assert.equal(pace.mayStay(15_000), 0);
  assert.equal(pace.mayStay(99_000), 0);
  let last = 1_000;
  for (let nowMs = 5_000; nowMs <= 15_000; nowMs += 50) {
    const stay = pace.mayStay(nowMs);
    assert.ok(last - stay <= 6, `${last - stay} in one tick`);
    last = stay;
  }
});

void test('a drain over no time ends at once, and one of nobody too', () => {
  assert.equal(new DrainPace(7, 0, 0).mayStay(0), 0);
  assert.equal(new DrainPace(7, 0, -5).mayStay(0), 0);
  assert.equal(new DrainPace(0, 0, 1_000).mayStay(0), 0);
});
