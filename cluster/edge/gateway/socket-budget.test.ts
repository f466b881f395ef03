import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../protocol/limits.ts';
import { SocketBudget } from './socket-budget.ts';

void test('[ACC-6] a burst passes, then the steady rate, and not one frame more', () => {
  const budget = new SocketBudget();
  for (let frame = 0; frame < limits.framesPerSocketBurst; frame++) assert.ok(budget.takeFrame(10, 0));
  assert.ok(!budget.takeFrame(10, 0));
  const calm = new SocketBudget();
  for (let frame = 0; frame < 10_000; frame++)
    assert.ok(calm.takeFrame(10, (frame * 1_000) / limits.framesPerSocketPerSecond));
});

void test('[ACC-6] bytes count by themselves', () => {
  const budget = new SocketBudget();
  const frames = limits.frameBytesPerSocketBurst / limits.frameBytesMax;
  for (let frame = 0; frame < frames; frame++) assert.ok(budget.takeFrame(limits.frameBytesMax, 0));
  assert.ok(!budget.takeFrame(limits.frameBytesMax, 0));
});

void test('[ACC-6] who is refused and goes on regardless is over the budget in seconds, who waits never', () => {
  const refusedUntil = (perSecond: number, seconds: number): number | null => {
    const budget = new SocketBudget();
    for (let at = 0; at < perSecond * seconds; at++)
      if (!budget.takeRefusal((at * 1_000) / perSecond)) return at / perSecond;
    return null;
  };
  const seconds = refusedUntil(200, 60);
  assert.ok(seconds !== null && seconds < 10, `${seconds}`);
  assert.equal(refusedUntil(limits.limitedPerSocketPerSecond, 3_600), null);
});
