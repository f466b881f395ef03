// A release that nobody takes over ends by itself, and never leaves a shard with two owners.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Journal } from '../../../actors/runtime/journal-port.ts';
import { eventually, until } from '../../../protocol/waiting.ts';
import { acquireServices, type TestServices } from '../../../ops/testing/services.ts';
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
import { systemTimers as timers } from '../../system-ports.ts';
import { Releases, type Term } from './releases.ts';
import { silentLog } from '../../../actors/runtime/testing/silent-log.ts';

/** Durable and projected at once: what a release waits for is proven with the journal. */
const journal: Journal = {
  refuses: null,
  projectedBatch: 0,
  append: (_, onDurable) => onDurable(0),
  projected: () => Promise.resolve(),
};
const termsOf = (map: ShardMap, ...shards: number[]): Term[] =>
  shards.map((shard) => [shard, map.terms[shard]!]);
let services: TestServices;
let connection: NatsConnection;
let kv: ClusterKv;
let watch: ShardMapWatch;

before(async () => {
  services = await acquireServices();
  connection = await connectNats(services.natsAccess, 'test');
  kv = await ClusterKv.open(connection, services.namespace);
  await kv.put(
    shardMapKey,
    reassign(
      emptyShardMap,
      emptyShardMap.owners.map(() => 'a'),
    ),
  );
  watch = new ShardMapWatch(kv, timers, silentLog);
  await watch.start();
});
after(async () => {
  watch?.stop();
  await connection?.close();
  await services?.stop();
});

test('[OPS-3] released shards that no leader moves are taken back, and its late change is refused', async (t) => {
  const releases = new Releases('a', watch, timers, silentLog);
  t.after(() => releases.stop());
  const planned = (await kv.get<ShardMap>(shardMapKey))!;
  await releases.release(termsOf(planned.value, 1, 2), journal, kv, () => undefined);
  assert.ok(releases.has(1) && releases.has(2) && !releases.has(3));
  await eventually(() => !releases.has(1) && !releases.has(2));
  assert.equal(ownerOf(watch.map, 1), 'a');
  assert.equal(watch.map.terms[1], planned.value.terms[1]! + 1);
  const owners = ownersOf(planned.value);
  owners[1] = 'b';
  assert.equal(await kv.compareAndSet(shardMapKey, reassign(planned.value, owners), planned.revision), null);
});

test('[OPS-3] shards that the leader has moved stay moved', async (t) => {
  const releases = new Releases('a', watch, timers, silentLog);
  t.after(() => releases.stop());
  await releases.release(termsOf(watch.map, 5), journal, kv, () => undefined);
  const stored = (await kv.get<ShardMap>(shardMapKey))!;
  const owners = ownersOf(stored.value);
  owners[5] = 'b';
  assert.notEqual(await kv.compareAndSet(shardMapKey, reassign(stored.value, owners), stored.revision), null);
  await eventually(() => ownerOf(watch.map, 5) === 'b');
  assert.ok(!releases.has(5), 'the new term is not the released one');
});

test('[OPS-3] a release in another term than the present one is refused, and changes nothing', async (t) => {
  const releases = new Releases('a', watch, timers, silentLog);
  t.after(() => releases.stop());
  const [[shard, term]] = termsOf(watch.map, 7) as [Term];
  let dropped = false;
  await assert.rejects(
    releases.release([[shard, term + 1]], journal, kv, () => (dropped = true)),
    /the map has changed/,
  );
  assert.ok(!dropped && !releases.has(7));
});

test('[OPS-3][MSG-3] while the projection lags no shard is let go', async (t) => {
  const releases = new Releases('a', watch, timers, silentLog);
  t.after(() => releases.stop());
  const stalled: Journal = { ...journal, projected: () => new Promise(() => undefined) };
  let dropped = false;
  await assert.rejects(
    releases.release(termsOf(watch.map, 8), stalled, kv, () => (dropped = true)),
    /the projection lags/,
  );
  assert.ok(!dropped && !releases.has(8));
});

test('[OPS-3] nothing is taken back before the projection is done', async (t) => {
  const releases = new Releases('a', watch, timers, silentLog);
  t.after(() => releases.stop());
  let finish = () => {};
  let calls = 0;
  const slow: Journal = {
    ...journal,
    projected: () => (++calls === 1 ? Promise.resolve() : new Promise((resolve) => (finish = resolve))),
  };
  const term = watch.map.terms[9];
  const released = releases.release(termsOf(watch.map, 9), slow, kv, () => undefined);
  assert.equal(await until(() => watch.map.terms[9] !== term, { timeoutMs: 6_500 }), false);
  assert.ok(releases.has(9));
  finish();
  await released;
  await eventually(() => watch.map.terms[9] === term! + 1 && !releases.has(9));
});
