import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventTail } from './event-tail.ts';

interface Event {
  readonly seq: number;
}
const kept = 10;

function tailOf(count: number, projected: (seq: number) => number = () => 0): EventTail<Event> {
  const tail = new EventTail<Event>(100, kept);
  for (let seq = 101; seq <= 100 + count; seq++) tail.push({ seq }, seq, projected(seq));
  return tail;
}

void test('an empty tail begins behind the head that is projected', () => {
  const tail = tailOf(0);
  assert.deepEqual([tail.headSeq, tail.firstSeq, tail.between(1, 200)], [100, 101, []]);
});

void test('it gives the events of a range that it holds, and no others', () => {
  const tail = tailOf(5);
  const held = (from: number, to: number) => tail.between(from, to).map(({ seq }) => seq);
  assert.deepEqual(held(102, 104), [102, 103, 104]);
  assert.deepEqual(held(1, 102), [101, 102]);
  assert.deepEqual(held(105, 900), [105]);
  assert.deepEqual(held(104, 103), []);
  assert.deepEqual(held(1, 100), []);
});

void test('what is not projected is never let go of', () => {
  const tail = tailOf(500);
  assert.deepEqual([tail.firstSeq, tail.headSeq], [101, 600]);
});

void test('what is projected is let go of, but for the last few', () => {
  const tail = tailOf(500, (seq) => seq - 50);
  assert.ok(tail.firstSeq > 101 && tail.firstSeq <= 551, `${tail.firstSeq}`);
  const all = tailOf(500, (seq) => seq);
  assert.ok(all.firstSeq <= 600 - kept + 1 && all.firstSeq > 600 - 3 * kept, `${all.firstSeq}`);
  assert.equal(all.between(all.firstSeq, all.headSeq)[0]!.seq, all.firstSeq);
});

void test('[MSG-1] an event that does not follow the one before is never taken', () => {
  const tail = tailOf(3);
  for (const seq of [103, 105, 1]) assert.throws(() => tail.push({ seq }, 1, 0), /sequence broken/);
  assert.equal(tail.headSeq, 103);
});
