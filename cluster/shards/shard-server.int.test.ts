// The shards of a worker on a real NATS, as far as they follow who is a member of the cluster.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { NatsConnection } from '@nats-io/transport-node';
import type { ActorHost } from '../../actors/runtime/actor-host.ts';
import { shardOf } from '../../actors/runtime/address.ts';
import { eventually } from '../../ops/embedded/waiting.ts';
import { acquireServices, type TestServices } from '../../ops/testing/services.ts';
import type { Bus } from '../bus/bus.ts';
import { ClusterKv } from '../membership/cluster-kv.ts';
import type { Member } from '../membership/member.ts';
import { memberKey } from '../membership/member.ts';
import { connectNats } from '../nats.ts';
import { emptyShardMap, reassign } from '../placement/shard-map.ts';
import type { ShardMapWatch } from '../placement/shard-map-watch.ts';
import { envelopeTypes, type Envelope } from '../routing/envelopes.ts';
import { systemClock as clock, systemTimers as timers } from '../system-ports.ts';
import { ShardServer } from './shard-server.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const address = { kind: 'conversation', id: '00000000-0000-8000-8000-000000000001' } as const;
let services: TestServices;
let connection: NatsConnection;
let kv: ClusterKv;

before(async () => {
  services = await acquireServices();
  connection = await connectNats(services.natsUrl, 'test');
  kv = await ClusterKv.open(connection, services.namespace);
});
after(async () => {
  await connection?.close();
  await services?.stop();
});

test('[GRP-4] a removal waits for the gateways that are members, and for none that has left', async (t) => {
  const sent: { to: string; type: number }[] = [];
  const forgotten: string[] = [];
  const map = reassign(
    emptyShardMap,
    emptyShardMap.owners.map(() => 'owner'),
  );
  const server = new ShardServer({
    incarnation: 'owner',
    bus: {
      peers: new Set<string>(),
      send: (to: string, [type]: Envelope) => void sent.push({ to, type }),
      forget: (incarnation: string) => void forgotten.push(incarnation),
    } as unknown as Bus,
    watch: { map, onChange: () => undefined } as unknown as ShardMapWatch,
    member: { valid: true } as Member,
    writeLastSeen: () => Promise.resolve(),
    clock,
    timers,
    log: silent,
  });
  t.after(() => server.stop());
  for (const gateway of ['g1', 'g2']) await kv.put(memberKey(gateway), {});
  await server.start({ dispatch: () => undefined } as unknown as ActorHost, kv);
  for (const gateway of ['g1', 'g2'])
    server.command(gateway, [
      envelopeTypes.command,
      1,
      shardOf(address.id),
      address.kind,
      address.id,
      { type: 'subscribe' },
    ]);

  let certain: boolean | null = null;
  void server.drop(address, ['u1']).then((answer) => (certain = answer));
  const drops = sent.filter(({ type }) => type === envelopeTypes.drop);
  assert.deepEqual(
    drops.map(({ to }) => to),
    ['g1', 'g2'],
  );
  server.dropped('g2', 1);
  await kv.put(memberKey('g3'), {});
  assert.equal(certain, null);
  await kv.delete(memberKey('g1'));
  // Given up, it would be false.
  await eventually(() => certain !== null, { timeoutMs: 10_000 });
  assert.equal(certain, true);
  assert.deepEqual(forgotten, ['g1']);
});
