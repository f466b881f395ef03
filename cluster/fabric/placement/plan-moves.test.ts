import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bounds } from '../../../actors/runtime/bounds.ts';
import { rounds } from '../../../protocol/testing/rounds.ts';
import { chance } from '../../../protocol/testing/seeded-random.ts';
import { loadBound, place } from './placement.ts';
import { needBound, planMoves, type Move } from './plan-moves.ts';
import type { PlacementWorker } from './ring.ts';

const { shardCount } = bounds;
const nobody = new Array<null>(shardCount).fill(null);
const workers = (count: number): PlacementWorker[] =>
  Array.from({ length: count }, (_, at) => ({ incarnation: `w${at}`, place: `host/${at}`, weight: 1 }));
const drained = (worker: PlacementWorker): PlacementWorker => ({ ...worker, weight: 0 });
const wishes = (moves: [number, string][] = [], pins: [number, string][] = []) => ({
  moves: new Map(moves),
  pins: new Map(pins),
});

/** The owners after the moves; each move must be from the owner, and each shard moves once. */
function apply(owners: readonly (string | null)[], moves: readonly Move[]): (string | null)[] {
  const after = [...owners];
  for (const { shard, from, to } of moves) {
    assert.equal(after[shard], from);
    assert.notEqual(from, to);
    after[shard] = to;
  }
  assert.equal(new Set(moves.map(({ shard }) => shard)).size, moves.length);
  return after;
}

const loadOf = (owners: readonly (string | null)[], incarnation: string): number =>
  owners.filter((owner) => owner === incarnation).length;

void test('[OPS-7] the (N+1)th worker moves at most 1/(N+1) of the shards and what was above the bound (N = 1 to 32)', () => {
  for (let count = 1; count <= 32; count++) {
    const before = place(nobody, workers(count));
    const all = workers(count + 1);
    const moves = planMoves(before, all);
    const after = apply(before, moves);
    const share = shardCount / (count + 1);
    const toNewcomer = moves.filter(({ to }) => to === `w${count}`).length;
    assert.equal(toNewcomer, loadOf(after, `w${count}`));
    assert.ok(
      toNewcomer >= Math.floor(share) && toNewcomer <= Math.ceil(share),
      `${count} + 1: ${toNewcomer}`,
    );
    // The slack that bounded load needs: what the newcomer's coming leaves above the bound elsewhere.
    const others = moves.length - toNewcomer;
    assert.ok(others <= 0.02 * shardCount, `${count} + 1: ${others} moves between the others`);
    assert.ok(moves.every(({ reason }) => reason === 'balance'));
  }
});

void test('[OPS-7] a worker joins clusters that have grown one by one, and only the newcomer is given shards', () => {
  let owners = place(nobody, workers(1));
  for (let count = 1; count <= 32; count++) {
    const moves = planMoves(owners, workers(count + 1));
    assert.ok(moves.length <= Math.ceil(shardCount / (count + 1)), `${count} + 1: ${moves.length}`);
    assert.ok(moves.every(({ to }) => to === `w${count}`));
    owners = apply(owners, moves);
  }
});

void test('within the bounds nothing moves, and a plan that was carried out leaves nothing to do', () => {
  const all = workers(3);
  assert.deepEqual(planMoves(place(nobody, all), all), []);
  const alone = place(nobody, workers(1));
  assert.deepEqual(planMoves(apply(alone, planMoves(alone, all)), all), []);
});

void test('a drained worker gives all its shards away, nobody else gives any, and the load stays bounded', () => {
  for (let count = 2; count <= 12; count++) {
    const all = workers(count);
    const before = place(nobody, all);
    const [leaving, ...staying] = all as [PlacementWorker, ...PlacementWorker[]];
    const moves = planMoves(before, [drained(leaving), ...staying]);
    const after = apply(before, moves);
    assert.equal(loadOf(after, leaving.incarnation), 0);
    assert.ok(moves.every(({ from, reason }) => from === leaving.incarnation && reason === 'drain'));
    const bound = Math.ceil((shardCount / staying.length) * loadBound);
    for (const { incarnation } of staying) assert.ok(loadOf(after, incarnation) <= bound);
  }
});

void test('with everyone drained nothing moves', () => {
  const all = workers(2);
  assert.deepEqual(planMoves(place(nobody, all), all.map(drained)), []);
});

void test('what operators ask for moves first, then pins, and balancing leaves both alone', () => {
  const all = workers(2);
  const owners = place(nobody, all);
  const [a, b] = [owners.indexOf('w0'), owners.lastIndexOf('w0')];
  const moves = planMoves(
    owners,
    all,
    wishes(
      [[a, 'host/1']],
      [
        [b, 'host/1'],
        [a, 'host/0'],
      ],
    ),
  );
  assert.deepEqual(moves, [
    { shard: a, from: 'w0', to: 'w1', reason: 'asked' },
    { shard: b, from: 'w0', to: 'w1', reason: 'pin' },
  ]);
  assert.deepEqual(planMoves(owners, all, wishes([[a, 'elsewhere/1']], [[b, 'elsewhere/1']])), []);
  const pinned = owners.flatMap((owner, shard): [number, string][] =>
    owner === 'w0' ? [[shard, 'host/0']] : [],
  );
  const kept = planMoves(
    owners,
    [...all, { incarnation: 'w2', place: 'host/2', weight: 1 }],
    wishes([], pinned),
  );
  assert.ok(kept.length > 0 && kept.every(({ from, to }) => from === 'w1' && to === 'w2'));
});

void test('shards of the dead are not moved: they are taken over', () => {
  const owners = place(nobody, workers(3));
  const moves = planMoves(owners, workers(2), wishes([[owners.indexOf('w2'), 'host/0']]));
  assert.ok(moves.every(({ from }) => from !== 'w2'));
});

void test('any history of joins, deaths, drains and wishes settles within the bounds', () => {
  const random = chance(20_261_121);
  let owners: (string | null)[] = nobody;
  for (let round = 0; round < rounds(150, 50); round++) {
    const all = workers(1 + Math.floor(random() * 12)).map((worker) =>
      random() < 0.2 ? drained(worker) : { ...worker, weight: 1 + Math.floor(random() * 3) },
    );
    owners = place(owners, all);
    const asked: [number, string][] = random() < 0.3 ? [[Math.floor(random() * shardCount), 'host/0']] : [];
    owners = apply(owners, planMoves(owners, all, wishes(asked)));
    // A shard moves once in a plan: what was drained to somebody who now has too much goes on with the next.
    owners = apply(owners, planMoves(owners, all));
    const total = all.reduce((sum, { weight }) => sum + weight, 0);
    if (total === 0) continue;
    for (const { incarnation, weight } of all) {
      const share = (shardCount * weight) / total;
      const load = loadOf(owners, incarnation);
      assert.ok(load <= Math.ceil(share * loadBound), `round ${round}: ${incarnation} ${load} of ${share}`);
      assert.ok(load >= Math.floor(share * needBound), `round ${round}: ${incarnation} ${load} of ${share}`);
    }
    assert.deepEqual(planMoves(owners, all), [], `round ${round}`);
  }
});
