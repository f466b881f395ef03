import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cursors } from './cursors.ts';

const cursor = (userId: string, deliveredSeq: number, readSeq: number, readOrdinal: number) => ({
  userId,
  deliveredSeq,
  readSeq,
  readOrdinal,
});

void test('cursors only grow, each part for itself', () => {
  const cursors = new Cursors([cursor('ada', 5, 3, 2)]);
  assert.equal(cursors.move('ada', 5, 3, 2), false);
  assert.equal(cursors.move('ada', 4, 2, 1), false);
  assert.deepEqual(cursors.of('ada'), cursor('ada', 5, 3, 2));
  assert.equal(cursors.move('ada', 9, 1, 0), true);
  assert.deepEqual(cursors.of('ada'), cursor('ada', 9, 3, 2));
  assert.equal(cursors.move('ada', 0, 4, 3), true);
  assert.deepEqual(cursors.of('ada'), cursor('ada', 9, 4, 3));
});

void test('what moved is taken once, with its latest values, however often it moved', () => {
  const cursors = new Cursors([cursor('ada', 5, 3, 2), cursor('bob', 1, 1, 0)]);
  assert.equal(cursors.anyMoved, false);
  cursors.move('bob', 2, 1, 0);
  cursors.move('bob', 4, 4, 3);
  cursors.move('ada', 1, 1, 1);
  assert.equal(cursors.anyMoved, true);
  assert.deepEqual(cursors.takeMoved(), [cursor('bob', 4, 4, 3)]);
  assert.deepEqual(cursors.takeMoved(), []);
  assert.deepEqual(cursors.all(), [cursor('ada', 5, 3, 2), cursor('bob', 4, 4, 3)]);
});

void test('someone unknown stands at the beginning', () => {
  const cursors = new Cursors([]);
  assert.deepEqual(cursors.of('eve'), cursor('eve', 0, 0, 0));
  assert.equal(cursors.move('eve', 0, 0, 0), false);
  assert.deepEqual(cursors.all(), []);
});
