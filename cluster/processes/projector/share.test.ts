import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownerOfJournal } from './share.ts';

const projectors = ['p1', 'p2', 'p3', 'p4'];
const journals = Array.from({ length: 400 }, (_, at) => `w${at}`);

test('every journal has one projector, and each projector has its part of them', () => {
  const counts = new Map(projectors.map((projector) => [projector, 0]));
  for (const journal of journals) {
    const owner = ownerOfJournal(journal, projectors)!;
    assert.equal(ownerOfJournal(journal, projectors.toReversed()), owner);
    counts.set(owner, counts.get(owner)! + 1);
  }
  for (const [projector, count] of counts) assert.ok(count > 60 && count < 140, `${projector} has ${count}`);
});

test('the end of a projector moves its journals and no others', () => {
  for (const journal of journals) {
    const before = ownerOfJournal(journal, projectors);
    const after = ownerOfJournal(journal, projectors.slice(1));
    if (before === 'p1') assert.notEqual(after, 'p1');
    else assert.equal(after, before);
  }
  assert.equal(ownerOfJournal('w1', []), null);
});
