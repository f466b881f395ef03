import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bounds } from '../../../actors/runtime/bounds.ts';
import { chance } from '../../../protocol/testing/seeded-random.ts';
import { planByLoad, relativeLoads, type ShardLoad } from './load-plan.ts';
import { noPins, place } from './placement.ts';
import { planMoves } from './plan-moves.ts';
import type { PlacementWorker } from './ring.ts';

const { shardCount } = bounds;
const workers = (count: number): PlacementWorker[] =>
  Array.from({ length: count }, (_, at) => ({ incarnation: `w${at}`, place: `host/${at}`, weight: 1 }));
const ownersOf = (count: number) => place(new Array<null>(shardCount).fill(null), workers(count));
const load = (commandsPerSecond: number): ShardLoad => ({
  commandsPerSecond,
  bytesPerSecond: 100 * commandsPerSecond,
  actors: 3,
  waiting: 0,
});
const all = (of: (shard: number) => number): ShardLoad[] =>
  Array.from({ length: shardCount }, (_, shard) => load(of(shard)));

function apply(
  owners: readonly (string | null)[],
  moves: readonly { shard: number; from: string; to: string }[],
): (string | null)[] {
  const after = [...owners];
  for (const { shard, from, to } of moves) {
    assert.equal(after[shard], from);
    after[shard] = to;
  }
  return after;
}

void test('an even load needs no move, and no load at all neither', () => {
  const owners = ownersOf(4);
  assert.deepEqual(
    planByLoad(
      owners,
      all(() => 5),
      workers(4),
      noPins,
    ).moves,
    [],
  );
  const idle = planByLoad(
    owners,
    all(() => 0).map((each) => ({ ...each, actors: 0 })),
    workers(4),
    noPins,
  );
  assert.deepEqual(idle.moves, []);
  assert.ok([...idle.before.values()].every((fullness) => fullness === 0));
});

void test('hot shards of one worker are spread, and the numbers of shards stay within their bounds', () => {
  const owners = ownersOf(4);
  const hot = new Set(owners.flatMap((owner, shard) => (owner === 'w0' ? [shard] : [])).slice(0, 20));
  const plan = planByLoad(
    owners,
    all((shard) => (hot.has(shard) ? 500 : 1)),
    workers(4),
    noPins,
  );
  assert.ok(plan.before.get('w0')! > 3, `${plan.before.get('w0')}`);
  for (const [worker, fullness] of plan.after) assert.ok(fullness <= 1.25, `${worker} ${fullness}`);
  assert.ok(plan.moves.filter(({ reason }) => reason === 'hot').every(({ shard }) => hot.has(shard)));
  assert.ok(plan.moves.length <= 40, `${plan.moves.length} moves`);
  // The leader's own balancing does not undo it.
  assert.deepEqual(planMoves(apply(owners, plan.moves), workers(4)), []);
});

void test('one shard hotter than a worker may be stays, the rest goes around it, and the plan names it', () => {
  const owners = ownersOf(2);
  const hottest = owners.indexOf('w1');
  const plan = planByLoad(
    owners,
    all((shard) => (shard === hottest ? 9_000 : 1)),
    workers(2),
    noPins,
  );
  assert.ok(plan.moves.every(({ shard }) => shard !== hottest));
  assert.deepEqual(plan.stuck, [hottest]);
});

void test('pinned shards stay, and no more moves are planned than allowed', () => {
  const owners = ownersOf(2);
  const hot = owners.flatMap((owner, shard) => (owner === 'w0' ? [shard] : [])).slice(0, 10);
  const loads = all((shard) => (hot.includes(shard) ? 500 : 1));
  const pins = new Map(hot.map((shard) => [shard, 'host/0']));
  assert.ok(planByLoad(owners, loads, workers(2), pins).moves.every(({ shard }) => !pins.has(shard)));
  const few = planByLoad(owners, loads, workers(2), noPins, { movesMax: 2, tolerance: 0.1 });
  assert.ok(few.moves.length <= 3);
});

void test('random loads end no worse than they began, whatever the weights', () => {
  const random = chance(7);
  for (let round = 0; round < 40; round++) {
    const among = workers(2 + Math.floor(random() * 8)).map((worker) => ({
      ...worker,
      weight: 1 + Math.floor(random() * 2),
    }));
    const placed = place(new Array<null>(shardCount).fill(null), among);
    const owners = apply(placed, planMoves(placed, among));
    const loads = all(() => Math.floor(1000 * random() ** 8));
    const plan = planByLoad(owners, loads, among, noPins);
    const worst = (fullness: ReadonlyMap<string, number>) => Math.max(...fullness.values());
    assert.ok(worst(plan.after) <= worst(plan.before) + 1e-9, `round ${round}`);
    assert.deepEqual(planMoves(apply(owners, plan.moves), among), [], `round ${round}`);
  }
});

void test('load is a part of the whole, and kinds of work that nobody does do not count', () => {
  const parts = relativeLoads([load(3), load(1)]);
  assert.ok(Math.abs(parts[0]! + parts[1]! - 1) < 1e-9);
  assert.ok(parts[0]! > 2 * parts[1]!);
});
