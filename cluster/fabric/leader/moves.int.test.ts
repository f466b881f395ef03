// Moves of shards on a real NATS, between workers that give theirs away or refuse to. The test decides the time.
import assert from 'node:assert/strict';
import { after, before, test, type TestContext } from 'node:test';
import type { NatsConnection } from '@nats-io/transport-node';
import { silentLog } from '../../../actors/runtime/testing/silent-log.ts';
import { ManualTime } from '../../../actors/runtime/testing/manual-time.ts';
import { eventually } from '../../../protocol/waiting.ts';
import { acquireServices, type TestServices } from '../../../ops/testing/services.ts';
import { serveControl } from '../control/control.ts';
import { ClusterKv } from '../membership/cluster-kv.ts';
import { connectNats } from '../nats.ts';
import { noPins } from '../placement/placement.ts';
import { noWishes, type Wishes } from '../placement/plan-moves.ts';
import {
  emptyShardMap,
  ownerOf,
  ownersOf,
  reassign,
  renewTerms,
  shardMapKey,
  type ShardMap,
} from '../placement/shard-map.ts';
import type { Term } from '../shards/releases.ts';
import { Moves, stepEveryMs, stepShardsMax } from './moves.ts';

const workers = ['a', 'b'].map((incarnation) => ({ incarnation, place: `${incarnation}/1`, weight: 1 }));
/** These shards are to be on b. */
const wish = (...shards: number[]): Wishes => ({
  pins: noPins,
  moves: new Map(shards.map((shard) => [shard, 'b/1'])),
});
const drained = workers.map((worker) => ({ ...worker, weight: worker.incarnation === 'a' ? 0 : 1 }));

let services: TestServices;
let connection: NatsConnection;
let kv: ClusterKv;

before(async () => {
  services = await acquireServices();
  connection = await connectNats(services.natsAccess, 'test');
  kv = await ClusterKv.open(connection, services.namespace);
});
after(async () => {
  await connection?.close();
  await services?.stop();
});

/** Each worker has half of the shards: a the even ones. Worker a gives away as `release` says. */
async function world(t: TestContext, release: (terms: readonly Term[]) => Promise<void>) {
  const { namespace } = services;
  const stored = await kv.get<ShardMap>(shardMapKey);
  const owners = emptyShardMap.owners.map((_, shard) => (shard % 2 === 0 ? 'a' : 'b'));
  await kv.put(shardMapKey, renewTerms(reassign(stored?.value ?? emptyShardMap, owners), new Set([0])));
  const asked: (readonly Term[])[] = [];
  const stop = serveControl(connection, namespace, 'a', {
    async release({ terms }) {
      asked.push(terms);
      await release(terms);
      return {};
    },
  });
  t.after(stop);
  await connection.flush();
  const time = new ManualTime();
  let ended = 0;
  const onMoved = () => void ended++;
  const moves = new Moves({ connection, namespace, kv, clock: time, log: silentLog, onMoved });
  const map = async () => (await kv.get<ShardMap>(shardMapKey))!.value;
  return {
    time,
    moves,
    /** Requests to worker a for releases, step by step. */
    asked,
    map,
    /** Considers the wishes on the stored map; true when a step was taken, once that has ended. */
    async step(wishes: Wishes, present = workers): Promise<boolean> {
      const before = ended;
      const askedBefore = asked.length;
      moves.consider(await map(), present, wishes);
      // The request of a step is with NATS before this answer: what was not asked by then was not begun.
      await connection.flush();
      if (asked.length === askedBefore) return false;
      await eventually(() => ended > before);
      return true;
    },
  };
}

const given = () => Promise.resolve();

test('[OPS-3] a shard is moved once its owner has let it go, and begins a new term', async (t) => {
  let letGo = (): void => undefined;
  const { moves, asked, map } = await world(t, () => new Promise((resolve) => (letGo = resolve)));
  const planned = await map();
  moves.consider(planned, workers, wish(4, 6));
  await eventually(() => asked.length === 1);
  assert.deepEqual(asked, [
    [
      [4, planned.terms[4]],
      [6, planned.terms[6]],
    ],
  ]);
  assert.deepEqual(await map(), planned, 'a has not said yet that PostgreSQL holds all of them');
  letGo();
  await eventually(() => moves.totals.steps === 1);
  const moved = await map();
  assert.deepEqual([ownerOf(moved, 4), ownerOf(moved, 6)], ['b', 'b']);
  assert.deepEqual([moved.terms[4], moved.terms[8]], [planned.terms[4]! + 1, planned.terms[8]]);
  assert.deepEqual(moves.totals, { steps: 1, shards: 2, failed: 0 });
});

test('[OPS-3] a drained worker gives its shards away a few at a time, with a pause in between', async (t) => {
  const { time, asked, map, step } = await world(t, given);
  assert.equal(await step(noWishes, drained), true);
  assert.equal(asked[0]!.length, stepShardsMax);
  time.advance(stepEveryMs - 1);
  assert.equal(await step(noWishes, drained), false);
  time.advance(1);
  assert.equal(await step(noWishes, drained), true);
  const left = ownersOf(await map()).filter((owner) => owner === 'a').length;
  assert.equal(left, emptyShardMap.owners.length / 2 - 2 * stepShardsMax);
});

test('[OPS-3] after a step that took long the next one waits twice as long', async (t) => {
  const tookMs = 1_000;
  const made = await world(t, async () => made.time.advance(tookMs));
  const { time, step } = made;
  assert.equal(await step(wish(4)), true);
  time.advance(2 * tookMs - 1);
  assert.equal(await step(wish(6)), false);
  time.advance(1);
  assert.equal(await step(wish(6)), true);
});

test('[OPS-3] no second step begins while one is under way', async (t) => {
  let letGo = (): void => undefined;
  const { time, moves, asked, map } = await world(t, () => new Promise((resolve) => (letGo = resolve)));
  const planned = await map();
  moves.consider(planned, workers, wish(4));
  await eventually(() => asked.length === 1);
  time.advance(10 * stepEveryMs);
  moves.consider(planned, workers, wish(6));
  await connection.flush();
  assert.equal(asked.length, 1);
  letGo();
  await eventually(() => moves.totals.steps === 1);
});

test('[OPS-3] a refused release changes nothing, and is tried again after a while', async (t) => {
  let refusals = 1;
  const { time, moves, map, step } = await world(t, async () => {
    if (refusals-- > 0) throw new Error('the projection lags');
  });
  const planned = await map();
  assert.equal(await step(wish(4)), true);
  assert.deepEqual(await map(), planned);
  assert.deepEqual(moves.totals, { steps: 0, shards: 0, failed: 1 });
  time.advance(2_999);
  assert.equal(await step(wish(4)), false);
  time.advance(1);
  assert.equal(await step(wish(4)), true);
  assert.equal(ownerOf(await map(), 4), 'b');
});

test('[OPS-3] shards that their owner has taken back meanwhile are not given to another', async (t) => {
  const { moves, map, step } = await world(t, async ([term]) => {
    const stored = (await kv.get<ShardMap>(shardMapKey))!;
    const renewed = renewTerms(stored.value, new Set([term![0]]));
    assert.notEqual(await kv.compareAndSet(shardMapKey, renewed, stored.revision), null);
  });
  const planned = await map();
  assert.equal(await step(wish(4, 6)), true);
  const present = await map();
  assert.deepEqual([ownerOf(present, 4), ownerOf(present, 6)], ['a', 'a']);
  assert.equal(present.version, planned.version + 1, 'but for the new term of a');
  assert.deepEqual(moves.totals, { steps: 0, shards: 0, failed: 0 });
});

test('[OPS-3] a change of other shards meanwhile is kept', async (t) => {
  const { map, step } = await world(t, async () => {
    const stored = (await kv.get<ShardMap>(shardMapKey))!;
    const owners = ownersOf(stored.value);
    owners[8] = 'c';
    assert.notEqual(
      await kv.compareAndSet(shardMapKey, reassign(stored.value, owners), stored.revision),
      null,
    );
  });
  assert.equal(await step(wish(4)), true);
  const present = await map();
  assert.deepEqual([ownerOf(present, 4), ownerOf(present, 8)], ['b', 'c']);
});

test('[OPS-3] a worker alone has nobody to give its shards to', async (t) => {
  const { step } = await world(t, given);
  assert.equal(await step(wish(4), [workers[0]!]), false);
});
