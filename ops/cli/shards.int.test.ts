// Moving shards about while people chat: they notice nothing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { shardOf } from '../../actors/runtime/address.ts';
import { until } from '../../protocol/waiting.ts';
import { acquireServices, type TestServices } from '../testing/services.ts';
import { TestCluster } from '../testing/test-cluster.ts';
import type { RebalancePlan } from './rebalance-plan.ts';
import { Chat } from './testing/chat.ts';
import { skeinOn } from './testing/run-skein.ts';
import { TestAccess } from './testing/test-access.ts';

interface Shown {
  place: string;
  pin: string | null;
  served: boolean;
  term: number;
}

let services: TestServices;
let cluster: TestCluster;
let chat: Chat;
let ops: ReturnType<typeof skeinOn>;
let access: TestAccess;

before(async () => {
  services = await acquireServices();
  cluster = await TestCluster.start({ services });
  access = await TestAccess.open(services);
  await access.settled();
  chat = await Chat.start(cluster, 'shards');
  ops = skeinOn(services);
});
after(async () => {
  chat?.close();
  await access?.close();
  await cluster?.stop();
  await services?.stop();
});

const show = (shard: number) => ops.json<Shown>('shards', 'show', String(shard));
const otherThan = (place: string): string => (place === 'one/1' ? 'one/2' : 'one/1');

test('[OPS-2] shards are counted, and the hot ones listed with what they have to do', async () => {
  const workers = await ops.json<{ shards: number }[]>('shards', 'list');
  assert.equal(
    workers.reduce((sum, { shards }) => sum + shards, 0),
    1024,
  );
  assert.match((await ops.run('shards', 'list')).out, /^one\/1 /m);
  await chat.goesOn();
  // Loads are rates of the last few seconds.
  const isHot = async () => (await ops.json<unknown[]>('shards', 'list', '--hot', '3')).length === 3;
  assert.ok(await until(isHot, { everyMs: 500 }));
  const mine = await ops.json<{ place: string }[]>('shards', 'list', '--worker', 'one/2');
  assert.ok(mine.length > 400 && mine.every(({ place }) => place === 'one/2'));
});

test('[OPS-2] [OPS-3] a shard is moved, pinned and let go under load', async () => {
  const shard = shardOf(chat.rooms[0]!);
  const { place, term } = await show(shard);
  const there = otherThan(place);
  const moved = await ops.run('shards', 'move', String(shard), there);
  assert.equal(moved.code, 0, moved.err);
  assert.match(moved.out, new RegExp(`1 shard moved to ${there}`));
  const after = await show(shard);
  assert.deepEqual([after.place, after.served, after.term > term], [there, true, true]);
  assert.match((await ops.run('shards', 'move', String(shard), there)).out, /Nothing to do/);

  const pinned = await ops.run('shards', 'pin', String(shard), place);
  assert.equal(pinned.code, 0, pinned.err);
  assert.deepEqual(await show(shard).then((shown) => [shown.place, shown.pin]), [place, place]);
  assert.deepEqual(await ops.json('shards', 'unpin', 'all'), { unpinned: [shard] });
  assert.match((await ops.run('shards', 'unpin', String(shard))).out, /None of them is pinned/);
  await chat.goesOn();
});

test('[OPS-2] many at once are moved only when someone says so', async () => {
  const { code, err } = await ops.run('shards', 'move', '0-199', 'one/1');
  assert.equal(code, 2);
  assert.match(err, /200 shards will move[^]*--yes/);
  assert.match(err, /the leader will move \d+ shards again/);
});

test('[OPS-2] rebalance shows how to cool a hot worker, and does it', async () => {
  const hot = chat.rooms.map((room) => String(shardOf(room)));
  assert.equal((await ops.run('shards', 'pin', ...hot, 'one/1')).code, 0);
  const pinned = await ops.run('rebalance');
  assert.match(pinned.out, /load now/);
  assert.equal((await ops.run('shards', 'unpin', ...hot)).code, 0);
  let plan: RebalancePlan | undefined;
  const isWorthIt = async () => {
    plan = await ops.json<RebalancePlan>('rebalance', '--max-moves', '6');
    return plan.moves.length > 0;
  };
  assert.ok(await until(isWorthIt, { everyMs: 500 }), JSON.stringify(plan));
  assert.ok(plan!.cost.shards <= 6);
  const asked = await ops.run('rebalance', '--apply');
  assert.equal(asked.code, 2);
  const applied = await ops.run('rebalance', '--max-moves', '6', '--apply', '--yes');
  assert.equal(applied.code, 0, applied.err);
  assert.match(applied.out, /shards? moved in|Nothing to do/);
  await chat.goesOn();
});

test('[OPS-2] failover takes a worker for dead, and says first what that means', async () => {
  const { incarnation, place } = (await access.status()).workers[0]!;
  const asked = await ops.run('failover', place);
  assert.equal(asked.code, 2);
  assert.match(asked.err, /its journal is sealed[^]*--yes/);
  const done = await ops.json<{ incarnation: string; shards: number }>('failover', place, '--yes');
  assert.equal(done.incarnation, incarnation);
  assert.ok(done.shards > 0);
  await chat.goesOn();
  await access.eventually(
    ({ workers }) =>
      workers.length === 2 && workers.every((each) => each.incarnation !== incarnation && each.shards > 300),
  );
});

test('[OPS-3] none of it was noticed by those who chat', () => chat.judge());
