// A history that was cut: each earlier epoch stands up to the first cut after it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerSubscribe } from './reads.ts';
import { cutsOf, unchangedSince, type Cut } from './cuts.ts';

const cuts: readonly Cut[] = [
  { epoch: 2, unchangedTo: 10 },
  { epoch: 4, unchangedTo: 40 },
];

void test('[OFF-4] an earlier epoch stands up to the first cut after it, and one that cannot be known not at all', () => {
  assert.deepEqual(
    [1, 2, 3].map((seen) => unchangedSince(cuts, 4, seen)),
    [10, 40, 40],
  );
  assert.equal(unchangedSince(cuts, 4, 4), Infinity);
  assert.deepEqual([unchangedSince(cuts, 4, 0), unchangedSince(cuts, 4, 5)], [0, 0]);
});

void test('[OFF-4] a cut after which nothing has been recorded stands at the head', () => {
  assert.deepEqual(cutsOf([], { epoch: 1, headSeq: 7 }, 1), []);
  assert.deepEqual(cutsOf([], { epoch: 2, headSeq: 7 }, 1), [{ epoch: 2, unchangedTo: 7 }]);
  assert.deepEqual(cutsOf(cuts, { epoch: 4, headSeq: 50 }, 1), cuts);
  assert.deepEqual(cutsOf(cuts, { epoch: 6, headSeq: 50 }, 1).at(-1), { epoch: 6, unchangedTo: 50 });
});

void test('[OFF-4] who was at or before a cut goes on, and others are told where what stands ends', () => {
  const head = { epoch: 2, headSeq: 14, headOrdinal: 9, cursors: [], cuts: [{ epoch: 2, unchangedTo: 10 }] };
  const answer = (epoch: number, afterSeq: number) => {
    const command = { type: 'subscribe', by: null, epoch, afterSeq } as const;
    const { result } = answerSubscribe('c', command, head, null, () => true);
    return result.result === 'gap' ? [result.from, result.to] : result.result;
  };
  assert.deepEqual(answer(1, 8), [9, 14]);
  assert.deepEqual(answer(1, 10), [11, 14]);
  assert.deepEqual(answer(1, 25), [11, 14]);
  assert.deepEqual(answer(1, 12), [11, 14]);
  assert.deepEqual(answer(2, 12), [13, 14]);
  assert.equal(answer(2, 14), 'recovered');
  assert.deepEqual(answer(0, 5), [1, 14]);
  // Nothing has come since the cut.
  const quiet = { ...head, headSeq: 10 };
  const command = { type: 'subscribe', by: null, epoch: 1, afterSeq: 25 } as const;
  const { result } = answerSubscribe('c', command, quiet, null, () => true);
  assert.ok(result.result === 'gap');
  assert.deepEqual([result.from, result.to], [11, 10]);
});
