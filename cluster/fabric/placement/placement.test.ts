import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bounds } from '../../../actors/runtime/bounds.ts';
import { loadBound, place } from './placement.ts';
import type { PlacementWorker } from './ring.ts';

const { shardCount } = bounds;
const nobody = new Array<null>(shardCount).fill(null);
const workers = (count: number, weight = 1): PlacementWorker[] =>
  Array.from({ length: count }, (_, at) => ({
    incarnation: `host-w${at}`,
    place: `host/${at}`,
    weight,
  }));

function loads(owners: readonly (string | null)[]): Map<string | null, number> {
  const counts = new Map<string | null, number>();
  for (const owner of owners) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  return counts;
}

/** Every shard has an owner among these, and none has more than its bound. */
function assertBounded(owners: readonly (string | null)[], among: readonly PlacementWorker[], about: string) {
  const total = among.reduce((sum, { weight }) => sum + weight, 0);
  const counts = loads(owners);
  assert.equal(counts.get(null), undefined, `${about}: shards without an owner`);
  assert.ok(
    [...counts.keys()].every((owner) => among.some(({ incarnation }) => incarnation === owner)),
    about,
  );
  for (const { incarnation, weight } of among) {
    const bound = Math.ceil((shardCount * weight * loadBound) / total);
    const count = counts.get(incarnation) ?? 0;
    assert.ok(count <= bound, `${about}: ${incarnation} has ${count} of at most ${bound}`);
  }
}

void test('nobody has more than a tenth above the fair share, with 1 to 16 workers', () => {
  for (let count = 1; count <= 16; count++) {
    const all = workers(count);
    assertBounded(place(nobody, all), all, `${count} workers`);
  }
});

void test('[OPS-4] when one of N dies its shards move and no others, within the bound (N = 2 to 16)', () => {
  for (let count = 2; count <= 16; count++) {
    const all = workers(count);
    const before = place(nobody, all);
    for (const { incarnation: dead } of all) {
      const left = all.filter(({ incarnation }) => incarnation !== dead);
      const after = place(before, left);
      const about = `${dead} of ${count} died`;
      assertBounded(after, left, about);
      before.forEach((owner, shard) => {
        if (owner !== dead) assert.equal(after[shard], owner, `${about}: shard ${shard} moved needlessly`);
      });
    }
  }
});

void test('the shards of a dead worker spread over all that are left', () => {
  const all = workers(8);
  const before = place(nobody, all);
  const after = place(before, all.slice(1));
  const heirs = new Set(after.filter((_, shard) => before[shard] === all[0]!.incarnation));
  assert.equal(heirs.size, 7);
});

void test('deaths one after the other, down to the last, keep every shard owned', () => {
  let owners = place(nobody, workers(16));
  for (let count = 15; count >= 1; count--) {
    owners = place(owners, workers(count));
    assertBounded(owners, workers(count), `${count} left`);
  }
});

void test('a newcomer takes nothing from those who live, and a second look changes nothing', () => {
  const before = place(nobody, workers(3));
  const after = place(before, workers(4));
  assert.deepEqual(after, before);
  assert.deepEqual(place(after, workers(4)), after);
});

void test('the same workers get the same shards, whatever order they are named in', () => {
  const all = workers(7);
  const owners = place(nobody, all);
  assert.deepEqual(place(nobody, all), owners);
  assert.deepEqual(place(nobody, all.toReversed()), owners);
});

void test('a worker of twice the weight takes about twice the load, one without weight nothing', () => {
  const all = [
    ...workers(3),
    { incarnation: 'big', place: 'big/1', weight: 2 },
    { incarnation: 'leaving', place: 'leaving/1', weight: 0 },
  ];
  const owners = place(nobody, all);
  assertBounded(owners, all, 'weights');
  const counts = loads(owners);
  assert.equal(counts.get('leaving'), undefined);
  assert.ok(counts.get('big')! > shardCount * 0.3, `${counts.get('big')}`);
});

void test('without workers every shard is free', () => {
  assert.deepEqual(place(nobody, []), nobody);
  assert.deepEqual(place(place(nobody, workers(2)), []), nobody);
});

void test('a pinned shard goes to its place when it needs an owner, and anywhere while nobody is there', () => {
  const all = workers(3);
  const pins = new Map([
    [5, 'host/2'],
    [6, 'host/9'],
  ]);
  const owners = place(nobody, all, pins);
  assert.equal(owners[5], 'host-w2');
  assertBounded(owners, all, 'pinned');
  const without = place(nobody, all.slice(0, 2), pins);
  assert.notEqual(without[5], null);
});

void test('a worker that starts again under another name is given the shards it had', () => {
  const all = workers(4);
  const before = place(nobody, all);
  const again = all.map((worker) =>
    worker.place === 'host/1' ? { ...worker, incarnation: 'later' } : worker,
  );
  const after = place(nobody, again);
  before.forEach((owner, shard) => assert.equal(after[shard], owner === 'host-w1' ? 'later' : owner));
});

void test('when all who are left are drained, shards without an owner are served all the same', () => {
  const drained = workers(2, 0);
  assert.ok(place(nobody, drained).every((owner) => owner !== null));
});
