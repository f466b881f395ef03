// A release that nobody takes over ends by itself, and never leaves a shard with two owners.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Journal } from '../../actors/runtime/journal-port.ts';
import { eventually } from '../../ops/embedded/waiting.ts';
import { acquireServices, type TestServices } from '../../ops/testing/services.ts';
import { ClusterKv } from '../membership/cluster-kv.ts';
import { connectNats } from '../nats.ts';
import {
  emptyShardMap,
  ownersOf,
  ownerOf,
  reassign,
  shardMapKey,
  type ShardMap,
} from '../placement/shard-map.ts';
import { ShardMapWatch } from '../placement/shard-map-watch.ts';
import { systemTimers as timers } from '../system-ports.ts';
import { Releases } from './releases.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
/** Durable and projected at once: what a release waits for is proven with the journal. */
const journal: Journal = {
  accepts: true,
  projectedBatch: 0,
  append: (_, onDurable) => onDurable(0),
  projected: () => Promise.resolve(),
};
let services: TestServices;
let connection: NatsConnection;
let kv: ClusterKv;
let watch: ShardMapWatch;

before(async () => {
  services = await acquireServices();
  connection = await connectNats(services.natsUrl, 'test');
  kv = await ClusterKv.open(connection, services.namespace);
  await kv.put(
    shardMapKey,
    reassign(
      emptyShardMap,
      emptyShardMap.owners.map(() => 'a'),
    ),
  );
  watch = new ShardMapWatch(kv, timers, silent);
  await watch.start();
});
after(async () => {
  watch?.stop();
  await connection?.close();
  await services?.stop();
});

test('[OPS-3] released shards that no leader moves are taken back, and its late change is refused', async (t) => {
  const releases = new Releases(watch, timers, silent);
  t.after(() => releases.stop());
  const planned = (await kv.get<ShardMap>(shardMapKey))!;
  await releases.release([1, 2], journal, kv, () => undefined);
  assert.ok(releases.has(1) && releases.has(2) && !releases.has(3));
  await eventually(() => !releases.has(1) && !releases.has(2), { timeoutMs: 15_000 });
  assert.equal(ownerOf(watch.map, 1), 'a');
  assert.equal(watch.map.epochs[1], planned.value.epochs[1]! + 1);
  const owners = ownersOf(planned.value);
  owners[1] = 'b';
  assert.equal(await kv.compareAndSet(shardMapKey, reassign(planned.value, owners), planned.revision), null);
});

test('[OPS-3] shards that the leader has moved stay moved', async (t) => {
  const releases = new Releases(watch, timers, silent);
  t.after(() => releases.stop());
  await releases.release([5], journal, kv, () => undefined);
  const stored = (await kv.get<ShardMap>(shardMapKey))!;
  const owners = ownersOf(stored.value);
  owners[5] = 'b';
  assert.notEqual(await kv.compareAndSet(shardMapKey, reassign(stored.value, owners), stored.revision), null);
  await eventually(() => ownerOf(watch.map, 5) === 'b', { timeoutMs: 5_000 });
  assert.ok(!releases.has(5), 'the new term is not the released one');
});
