// Plans of moves, restarts and migrations.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bounds } from '../../actors/runtime/bounds.ts';
import { noIntent, pinned, withMoves } from '../../cluster/fabric/operations/intent.ts';
import type { ShardLoad } from '../../cluster/fabric/placement/load-plan.ts';
import { movedOnAfter, progressOf } from './cluster/wanted-moves.ts';
import { describePlan } from './commands/rebalance.ts';
import { judgeMigrations } from './doctor/postgres.ts';
import { planRebalance } from './rebalance-plan.ts';
import { workersToRoll } from './roll-plan.ts';
import { madeUpCluster, madeUpMember } from './testing/made-up-cluster.ts';

const to = (shards: readonly number[], place: string) => new Map(shards.map((shard) => [shard, place]));

test('[OPS-2] a wanted move is done, left or given up', () => {
  // Shard 0 is at one/1 in the made-up map, shard 1 at one/2.
  const wanted = to([0, 1, 2], 'one/1');
  const cluster = madeUpCluster({ intent: withMoves(noIntent, to([1], 'one/1')) });
  assert.deepEqual(progressOf(cluster, wanted), { done: [0], left: [1], givenUp: [2] });
});

test('[OPS-2] moves that balance would undo are noticed; pins are not among them', () => {
  const cluster = madeUpCluster();
  const shards = Array.from({ length: bounds.shardCount }, (_, shard) => shard);
  assert.equal(movedOnAfter(cluster, to(shards.slice(0, 20), 'two/1')).shards, 0);
  const { shards: back, boundOf } = movedOnAfter(cluster, to(shards.slice(0, 600), 'two/1'));
  assert.ok(back > 100, `${back}`);
  assert.equal(boundOf.get('two/1'), 282);
  const intent = pinned(noIntent, shards.slice(0, 600), 'two/1');
  assert.ok(movedOnAfter({ ...cluster, intent }, to(shards.slice(0, 600), 'two/1')).shards < back);
});

function loads(hot: Readonly<Record<number, number>>): ShardLoad[] {
  return Array.from({ length: bounds.shardCount }, (_, shard) => ({
    commandsPerSecond: hot[shard] ?? 1,
    bytesPerSecond: 0,
    actors: 2,
    waiting: 0,
  }));
}

test('[OPS-2] a plan tells what it moves, what that costs, and what it cannot mend', () => {
  // Shards 0, 4 and 8 are all at one/1.
  const plan = planRebalance(madeUpCluster(), loads({ 0: 150, 4: 150, 8: 150 }), 64);
  assert.ok(plan.moves.length > 0);
  assert.ok(plan.moves.every(({ from, reason }) => reason !== 'hot' || from === 'one/1'));
  const busiest = plan.workers.find(({ place }) => place === 'one/1')!;
  assert.ok(busiest.before > 1.15 && busiest.after < busiest.before);
  assert.equal(plan.cost.shards, plan.moves.length);
  assert.equal(plan.cost.actors, 2 * plan.moves.length);
  assert.ok(plan.cost.steps >= 1 && plan.cost.seconds > 0);
  const stuck = planRebalance(madeUpCluster(), loads({ 0: 100_000 }), 64);
  assert.deepEqual(
    stuck.stuck.map(({ shard, place }) => [shard, place]),
    [[0, 'one/1']],
  );
  assert.match(describePlan(stuck, true), /No move helps .*0 on one\/1/);
});

test('[OPS-2] an even load is nothing to do', () => {
  assert.match(
    describePlan(planRebalance(madeUpCluster(), loads({}), 64), true),
    /Nothing to do: nobody is more than 15 %/,
  );
});

test('[OPS-7] a roll is for those of a host, those not restarted since, or those that are left', () => {
  const members = [
    madeUpMember('one', 1, { startedAtMs: 500 }),
    madeUpMember('one', 2, { startedAtMs: 5_000 }),
    madeUpMember('two', 1),
  ];
  const cluster = madeUpCluster({ members });
  const places = (...scope: Parameters<typeof workersToRoll>) =>
    workersToRoll(...scope).map(({ place }) => place);
  assert.deepEqual(places(cluster, {}), ['one/1', 'one/2', 'two/1']);
  assert.deepEqual(places(cluster, { host: 'two' }), ['two/1']);
  assert.deepEqual(places(cluster, { sinceMs: 2_000 }), ['one/1', 'two/1']);
  assert.deepEqual(places(cluster, { of: { startedAtMs: 0, incarnations: ['w-one-1', 'w-before'] } }), [
    'one/1',
  ]);
});

test('[OPS-2] missing, changed and unknown migrations are told apart', () => {
  const here = new Map([
    ['0001_a.sql', 'x'],
    ['0002_b.sql', 'y'],
  ]);
  assert.equal(judgeMigrations(here, here).level, 'ok');
  assert.match(judgeMigrations(new Map([['0001_a.sql', 'x']]), here).says, /not applied yet: 0002_b.sql/);
  assert.match(judgeMigrations(new Map([['0001_a.sql', 'z']]), here).says, /other contents/);
  assert.equal(judgeMigrations(new Map([...here, ['0003_c.sql', 'z']]), here).level, 'warn');
});
