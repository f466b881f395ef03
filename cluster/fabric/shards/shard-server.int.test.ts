// The shards of a worker on a real NATS, as far as they follow who is a member of the cluster.
import assert from 'node:assert/strict';
import { after, before, test, type TestContext } from 'node:test';
import type { NatsConnection } from '@nats-io/transport-node';
import type { ActorCommands } from '../../../actors/commands.ts';
import type { ConversationCommand } from '../../../actors/conversation/commands.ts';
import type { ActorHost } from '../../../actors/runtime/actor-host.ts';
import { shardOf } from '../../../actors/runtime/address.ts';
import { eventually } from '../../../protocol/waiting.ts';
import { acquireServices, type TestServices } from '../../../ops/testing/services.ts';
import type { Bus } from '../bus/bus.ts';
import { ClusterKv } from '../membership/cluster-kv.ts';
import { memberKey, type Member } from '../membership/member.ts';
import { connectNats } from '../nats.ts';
import { emptyShardMap, reassign, type ShardMap } from '../placement/shard-map.ts';
import type { MapListener, ShardMapWatch } from '../placement/shard-map-watch.ts';
import { unpost, type CommandEnvelope, type Envelope, type Posted } from '../routing/envelopes.ts';
import { systemClock as clock, systemTimers as timers } from '../../system-ports.ts';
import { ShardServer } from './shard-server.ts';
import { silentLog } from '../../../actors/runtime/testing/silent-log.ts';

const address = { kind: 'conversation', id: '00000000-0000-8000-8000-000000000001' } as const;
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

const ownedBy = (incarnation: string, before = emptyShardMap) =>
  reassign(
    before,
    before.owners.map(() => incarnation),
  );

/** A command that is known by this. */
const named = (by: string) => ({ type: 'describe', by }) as const;

/** The server of `owner` between a bus that records and actors that do. */
async function world(t: TestContext, map: ShardMap) {
  const sent: { to: string; envelope: Envelope }[] = [];
  const dispatched: string[] = [];
  const forgotten: string[] = [];
  const listeners: MapListener[] = [];
  const watch = {
    map,
    onChange: (listener: MapListener) => void listeners.push(listener),
    refresh: () => Promise.resolve(),
  };
  const server = new ShardServer({
    incarnation: 'owner',
    bus: {
      peers: new Set<string>(),
      send: (to: string, posted: Posted) => void sent.push({ to, envelope: unpost(posted) }),
      forget: (incarnation: string) => void forgotten.push(incarnation),
    } as unknown as Bus,
    watch: watch as unknown as ShardMapWatch,
    member: { valid: true } as Member,
    writeLastSeen: () => Promise.resolve(),
    clock,
    timers,
    log: silentLog,
  });
  t.after(() => server.stop());
  const host = {
    dispatch: ({ command }: CommandEnvelope) =>
      void dispatched.push(command.type === 'describe' ? command.by : command.type),
    keepOnly: () => undefined,
  };
  await server.start(host as unknown as ActorHost<ActorCommands>, kv);
  return {
    server,
    sent,
    dispatched,
    forgotten,
    command(from: string, correlation: number, command: ConversationCommand, term: number) {
      const shard = shardOf(address.id);
      server.command(from, { type: 'command', correlation, shard, term, address, command });
    },
    changeMap(next: ShardMap) {
      const before = watch.map;
      watch.map = next;
      for (const listener of listeners) listener(next, before);
    },
  };
}

test('[GRP-4] a removal waits for the gateways that are members, and for none that has left', async (t) => {
  for (const gateway of ['g1', 'g2']) await kv.put(memberKey(gateway), {});
  const { server, sent, forgotten, command } = await world(t, ownedBy('owner'));
  for (const gateway of ['g1', 'g2'])
    command(gateway, 1, { type: 'subscribe', by: null, epoch: 1, afterSeq: null }, 1);

  let certain: boolean | null = null;
  void server.drop(address, ['u1']).then((answer) => (certain = answer));
  const drops = sent.filter(({ envelope }) => envelope.type === 'drop');
  assert.deepEqual(
    drops.map(({ to }) => to),
    ['g1', 'g2'],
  );
  server.dropped('g2', 1);
  await kv.put(memberKey('g3'), {});
  assert.equal(certain, null);
  await kv.delete(memberKey('g1'));
  // Given up, it would be false.
  await eventually(() => certain !== null);
  assert.equal(certain, true);
  assert.deepEqual(forgotten, ['g1']);
});

test('[OPS-3] commands that come before the news of the shard wait for it, in order; others are sent back', async (t) => {
  const before = ownedBy('another');
  const here = ownedBy('owner', before);
  const { sent, dispatched, command, changeMap } = await world(t, before);
  const shard = shardOf(address.id);
  command('g1', 1, named('late'), before.terms[shard]!);
  assert.deepEqual(sent, [{ to: 'g1', envelope: { type: 'not_owner', correlation: 1 } }]);
  command('g1', 2, named('first'), here.terms[shard]!);
  command('g2', 2, named('second'), here.terms[shard]!);
  assert.deepEqual([sent.length, dispatched], [1, []]);
  changeMap(here);
  assert.deepEqual([sent.length, dispatched], [1, ['first', 'second']]);
  // The news may be that it is someone else's.
  const elsewhere = ownedBy('a third', here);
  changeMap(elsewhere);
  const back = ownedBy('another', elsewhere);
  command('g1', 3, named('third'), back.terms[shard]!);
  changeMap(back);
  assert.deepEqual(dispatched, ['first', 'second']);
  assert.deepEqual(sent.at(-1), { to: 'g1', envelope: { type: 'not_owner', correlation: 3 } });
  // No more of them than there is room for.
  for (let at = 0; at < 2_000; at++) command('g1', 10 + at, named('far ahead'), back.terms[shard]! + 1);
  assert.equal(sent.length, 2 + 1_000);
});
