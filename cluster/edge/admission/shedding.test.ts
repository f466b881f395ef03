import assert from 'node:assert/strict';
import { test } from 'node:test';
import { opcodes } from '../../../protocol/opcodes.ts';
import { admissionBounds as bounds } from './bounds.ts';
import { Shedding } from './shedding.ts';

function shedding() {
  const it = new Shedding();
  let nowMs = 0;
  it.observe(0, nowMs);
  return {
    it,
    late(ms: number, forMs: number) {
      for (const untilMs = nowMs + forMs; nowMs < untilMs;) it.observe(ms, (nowMs += bounds.measureEveryMs));
    },
    refusedOf: (count: number, opcode: number) =>
      Array.from({ length: count }, () => it.refuses(opcode)).filter(Boolean).length,
  };
}

test('FAULTS 19: a loop that is on time refuses nothing, one that stays late refuses ever more', () => {
  const { it, late, refusedOf } = shedding();
  late(bounds.shedsFromMs - 1, 60_000);
  assert.deepEqual([it.part, refusedOf(100, opcodes.cursor), refusedOf(100, opcodes.send)], [0, 0, 0]);
  late(bounds.shedsFromMs, 10_000);
  assert.equal(it.part, 1);
  assert.deepEqual([refusedOf(100, opcodes.cursor), refusedOf(100, opcodes.send)], [100, 100]);
});

test('FAULTS 19: it is full refusal long before the membership is in danger, when the loop is very late', () => {
  const { it, late } = shedding();
  late(4 * bounds.shedsFromMs, 1_000);
  assert.equal(it.part, 1);
});

test('FAULTS 19: what can wait is refused before messages are, and of messages just the part', () => {
  const { it, late, refusedOf } = shedding();
  while (it.part < 0.3) late(bounds.shedsFromMs, bounds.measureEveryMs);
  const cursors = refusedOf(100, opcodes.cursor);
  assert.ok(cursors >= 85 && cursors < 100, `${cursors}`);
  assert.equal(refusedOf(100, opcodes.send), 0);
  while (it.part < 2 / 3) late(bounds.shedsFromMs, bounds.measureEveryMs);
  assert.equal(refusedOf(100, opcodes.cursor), 100);
  const sends = refusedOf(100, opcodes.send);
  assert.ok(sends >= 49 && sends <= 55, `${sends}`);
});

test('FAULTS 19: it finds the part at which the loop is just on time, and stays there', () => {
  const { it, late } = shedding();
  // Twice as much is asked as can be done; a third of it can wait.
  for (let round = 0; round < 3_000; round++) {
    const taken = 2 * (1 - it.part);
    late(taken > 1 ? 2 * bounds.shedsFromMs : 0, bounds.measureEveryMs);
    if (round > 1_000) assert.ok(it.part > 0.4 && it.part < 0.6, `${it.part}`);
  }
});

test('one long turn of the loop refuses no message, whatever it was', () => {
  const { it, refusedOf } = shedding();
  it.observe(60_000, 60_000);
  assert.ok(it.part > 0);
  assert.equal(refusedOf(100, opcodes.send), 0);
  it.observe(60_000, 120_000);
  assert.ok(refusedOf(100, opcodes.send) > 0, 'the next one does');
});

test('it ends by itself', () => {
  const { it, late } = shedding();
  late(bounds.pressureFullMs, 2_000);
  late(0, 1_000 / bounds.shrinksPerSecond + bounds.measureEveryMs);
  assert.equal(it.part, 0);
});
