// Pages with every row, and pages of which PostgreSQL lost some.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holeIn } from './dense-page.ts';

const after = { direction: 'after', seq: 3, limit: 3, asOfSeq: 6 } as const;
const before = { direction: 'before', seq: 6, limit: 3, asOfSeq: 9 } as const;

void test('[OFF-4] a page that is dense up to its end has no hole (FAULTS 37)', () => {
  assert.equal(holeIn([4, 5, 6], after), null);
  assert.equal(holeIn([4, 5, 6, 7], { ...after, asOfSeq: 20 }), null);
  assert.equal(holeIn([5, 4, 3, 2], before), null);
  assert.equal(holeIn([3, 2, 1], { ...before, seq: 4 }), null);
  assert.equal(holeIn([9, 8, 7, 6], { ...before, seq: 100 }), null);
  assert.equal(holeIn([], { ...after, seq: 6 }), null);
  assert.equal(holeIn([], { ...after, seq: 60 }), null);
  assert.equal(holeIn([], { ...before, seq: 1 }), null);
  assert.equal(holeIn([], { ...before, asOfSeq: 0 }), null);
});

void test('[OFF-4] a row that is missing is named (FAULTS 37)', () => {
  assert.match(holeIn([5, 6], after)!, /event 4 /);
  assert.match(holeIn([4, 6], after)!, /event 5 /);
  assert.match(holeIn([4, 5], after)!, /event 6 .*6 were/);
  assert.match(holeIn([5, 3, 2, 1], before)!, /event 4 /);
  assert.match(holeIn([3, 2], { ...before, seq: 4 })!, /event 1 /);
  assert.match(holeIn([8, 7, 6, 5], { ...before, seq: 100 })!, /event 9 /);
  assert.match(holeIn([], after)!, /event 4 .*6 were/);
  assert.match(holeIn([], { ...before, seq: 100 })!, /event 9 .*9 were/);
});
