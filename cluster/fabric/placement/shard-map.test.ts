import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bounds } from '../../../actors/runtime/bounds.ts';
import { emptyShardMap, ownerOf, ownersOf, reassign } from './shard-map.ts';

const ownersBy = (owner: (shard: number) => string | null) =>
  Array.from({ length: bounds.shardCount }, (_, shard) => owner(shard));

void test('the map of a cluster that never ran gives no shard to anybody', () => {
  assert.equal(emptyShardMap.owners.length, bounds.shardCount);
  assert.ok(ownersOf(emptyShardMap).every((owner) => owner === null));
});

void test('a reassignment is the next version and says who owns what', () => {
  const owners = ownersBy((shard) => (shard % 3 === 0 ? null : shard % 3 === 1 ? 'b' : 'a'));
  const map = reassign(emptyShardMap, owners);
  assert.deepEqual([map.version, map.workers], [1, ['a', 'b']]);
  assert.deepEqual(ownersOf(map), owners);
  assert.deepEqual(
    [0, 1, 2].map((shard) => ownerOf(map, shard)),
    [null, 'b', 'a'],
  );
});

void test('a term ends for the shards whose owner changes, and for no others', () => {
  const first = reassign(
    emptyShardMap,
    ownersBy(() => 'a'),
  );
  // A worker that sorts before the others: indexes change, owners do not.
  const second = reassign(
    first,
    ownersBy((shard) => (shard < 10 ? '0' : 'a')),
  );
  second.terms.forEach((term, shard) => assert.equal(term, shard < 10 ? 2 : 1, `shard ${shard}`));
  const third = reassign(
    second,
    ownersBy((shard) => (shard === 3 ? null : shard < 10 ? '0' : 'a')),
  );
  assert.equal(third.terms[3], 3);
  assert.equal(third.terms.filter((term, shard) => term !== second.terms[shard]).length, 1);
  // To come back to a former owner is a new term as well.
  assert.equal(reassign(third, ownersOf(second)).terms[3], 4);
});

void test('a reassignment that changes nothing is the same map', () => {
  const map = reassign(
    emptyShardMap,
    ownersBy((shard) => (shard % 2 ? 'a' : null)),
  );
  assert.equal(reassign(map, ownersOf(map)), map);
  assert.equal(reassign(emptyShardMap, ownersOf(emptyShardMap)), emptyShardMap);
});

void test('a worker that owns nothing any more is not named', () => {
  const map = reassign(
    emptyShardMap,
    ownersBy((shard) => (shard ? 'a' : 'b')),
  );
  assert.deepEqual(
    reassign(
      map,
      ownersBy(() => 'a'),
    ).workers,
    ['a'],
  );
});
