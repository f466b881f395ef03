import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventStream } from './event-stream.ts';
import { chance } from '../testing/seeded-random.ts';

const seed = 4711;
interface Event {
  readonly seq: number;
}
const seqs = (events: readonly Event[]) => events.map(({ seq }) => seq);
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, at) => at + first);

function shuffled<Value>(values: readonly Value[], next: () => number): Value[] {
  return values
    .map((value) => ({ value, place: next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
}

void test(`[OFF-4] events in any order, doubled at will, are handed out once and in order (seed ${seed})`, () => {
  const next = chance(seed);
  for (let round = 0; round < 300; round++) {
    const start = Math.floor(next() * 20);
    const last = start + Math.floor(next() * 60);
    const stream = new EventStream<Event>(start);
    const arrivals = upTo(last, 0).flatMap((seq) => (next() < 0.3 ? [seq, seq] : [seq]));
    const handed = shuffled(arrivals, next).flatMap((seq) => seqs(stream.offer({ seq })));
    assert.deepEqual(handed, upTo(last, start + 1), `round ${round}`);
    assert.deepEqual([stream.cursor, stream.hasHole], [last, false], `round ${round}`);
  }
});

void test(`[OFF-4] what comes before the start is known is handed out from there (seed ${seed})`, () => {
  const next = chance(seed + 1);
  for (let round = 0; round < 100; round++) {
    const start = Math.floor(next() * 30);
    const stream = new EventStream<Event>(null);
    const early = shuffled(upTo(30), next).slice(0, Math.floor(next() * 30));
    for (const seq of early) assert.deepEqual(stream.offer({ seq }), []);
    const handed = seqs(stream.startAfter(start));
    for (const seq of upTo(30)) handed.push(...seqs(stream.offer({ seq })));
    assert.deepEqual(handed, upTo(30, start + 1), `round ${round}`);
  }
});

void test('[OFF-4] a hole is seen while something after it is known, and no longer', () => {
  const stream = new EventStream<Event>(5);
  assert.equal(stream.hasHole, false);
  assert.deepEqual(stream.offer({ seq: 8 }), []);
  assert.equal(stream.hasHole, true);
  assert.deepEqual(seqs(stream.offer({ seq: 6 })), [6]);
  assert.equal(stream.hasHole, true);
  assert.deepEqual(seqs(stream.offer({ seq: 7 })), [7, 8]);
  assert.equal(stream.hasHole, false);
});

void test('[OFF-4] a hole before more events than are kept is filled by paging, without an end or a loss', () => {
  const stream = new EventStream<Event>(0);
  const last = 5_000;
  for (const seq of upTo(last, 2)) assert.deepEqual(stream.offer({ seq }), []);
  assert.equal(stream.hasHole, true);
  const handed: number[] = [];
  for (let pages = 0; stream.hasHole; pages++) {
    assert.ok(pages <= last / 100, `stuck at ${stream.cursor}`);
    for (const seq of upTo(Math.min(stream.cursor! + 100, last), stream.cursor! + 1))
      handed.push(...seqs(stream.offer({ seq })));
  }
  assert.deepEqual(handed, upTo(last));
});

void test('[OFF-4] more events before the start than are kept leave a hole, not a silent end', () => {
  const stream = new EventStream<Event>(null);
  for (const seq of upTo(3_000)) stream.offer({ seq });
  const handed = seqs(stream.startAfter(0));
  assert.deepEqual(handed, upTo(handed.length));
  assert.equal(stream.hasHole, stream.cursor! < 3_000);
});

void test('a stream whose history was replaced hands out nothing of the old one', () => {
  const stream = new EventStream<Event & { readonly history: string }>(5);
  stream.offer({ seq: 8, history: 'old' });
  assert.deepEqual(stream.startAfter(6), []);
  assert.equal(stream.hasHole, false);
  assert.deepEqual(stream.offer({ seq: 7, history: 'new' }), [{ seq: 7, history: 'new' }]);
  assert.deepEqual(stream.offer({ seq: 8, history: 'new' }), [{ seq: 8, history: 'new' }]);
});
