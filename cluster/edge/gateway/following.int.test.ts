// A gateway that follows a conversation over a real NATS, for sockets that are real, while messages are lost between the
// two and while the conversation moves to another worker. The conversation's journal and record are in memory.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test, type TestContext } from 'node:test';
import type { NatsConnection } from '@nats-io/transport-node';
import { App, us_listen_socket_close, us_socket_local_port, type us_listen_socket } from 'uWebSockets.js';
import WebSocket from 'ws';
import type { ActorCommands } from '../../../actors/commands.ts';
import { ConversationActivator } from '../../../actors/conversation/activator.ts';
import type { ConversationCommand } from '../../../actors/conversation/commands.ts';
import {
  ada,
  bob,
  eve,
  MemoryJournal,
  MemoryStore,
  plain,
  room,
} from '../../../actors/conversation/testing/world.ts';
import { ActorHost } from '../../../actors/runtime/actor-host.ts';
import type { Reply } from '../../../actors/runtime/reply.ts';
import { silentLog as log } from '../../../actors/runtime/testing/silent-log.ts';
import { eventually } from '../../../protocol/waiting.ts';
import { acquireServices, type TestServices } from '../../../ops/testing/services.ts';
import { decodeServerFrame } from '../../../protocol/codec/frames.ts';
import type { ServerFrame } from '../../../protocol/frames/server-frames.ts';
import { KeyMaker } from '../../../protocol/ids.ts';
import { limits } from '../../../protocol/limits.ts';
import { opcodes } from '../../../protocol/opcodes.ts';
import { Bus } from '../../fabric/bus/bus.ts';
import { ClusterKv } from '../../fabric/membership/cluster-kv.ts';
import { memberKey, type Member } from '../../fabric/membership/member.ts';
import { connectNats } from '../../fabric/nats.ts';
import { emptyShardMap, reassign, shardMapKey, type ShardMap } from '../../fabric/placement/shard-map.ts';
import { ShardMapWatch } from '../../fabric/placement/shard-map-watch.ts';
import { Arrivals } from '../../fabric/routing/arrivals.ts';
import { Router } from '../../fabric/routing/router.ts';
import { ShardServer } from '../../fabric/shards/shard-server.ts';
import type { Clients } from '../../processes/worker/clients.ts';
import { loseLink, receive } from '../../processes/worker/envelopes.ts';
import { systemClock as clock, systemTimers as timers } from '../../system-ports.ts';
import { ClientSocket, type SocketData } from './client-socket.ts';
import { Following, type RecoverBudget } from './following.ts';
import { SocketTurn } from './socket-turn.ts';

const keys = new KeyMaker(() => clock.now());
let services: TestServices;
let connection: NatsConnection;
let kv: ClusterKv;
let worlds = 0;

before(async () => {
  services = await acquireServices();
  connection = await connectNats(services.natsAccess, 'test');
  kv = await ClusterKv.open(connection, services.namespace);
});
after(async () => {
  await connection?.close();
  await services?.stop();
});

/** A worker's links to the others; without sockets of its own it is an owner of shards and no more. */
function links(t: TestContext, incarnation: string, watch: ShardMapWatch) {
  const { namespace } = services;
  const bus = new Bus({ connection, namespace, incarnation, clock, timers, log });
  const router = new Router(bus, watch, clock, timers, log);
  const following = new Following({ router, watch, clock, timers, log });
  const member = { valid: true } as Member;
  const writeLastSeen = () => Promise.resolve();
  const shards = new ShardServer({ incarnation, bus, watch, member, writeLastSeen, clock, timers, log });
  const stop = () => undefined;
  const arrivals = new Arrivals(incarnation, log);
  const made = { arrivals, bus, router, shards, stop };
  // Nobody's presence is watched here.
  const clients = { following, watching: { linkLost: stop } } as unknown as Clients;
  t.after(() => {
    router.stop();
    shards.stop();
    bus.stop();
  });
  return {
    ...made,
    following,
    hear: () =>
      bus.start({
        message: (from, message) => receive(from, message, made, clients),
        loss: (from) => loseLink(from, made, clients),
      }),
  };
}

/** A worker with the conversation of this record. */
async function owner(t: TestContext, incarnation: string, watch: ShardMapWatch, store: MemoryStore) {
  const { bus, shards, hear } = links(t, incarnation, watch);
  const journal = new MemoryJournal(store);
  const conversation = new ConversationActivator({ store, journal, clock, timers });
  const host = new ActorHost<ActorCommands>({
    journal,
    effects: { send: () => undefined },
    clock,
    timers,
    log,
    activators: { conversation, session: conversation as never },
    publish: (address, seq, frame) => shards.publish(address, seq, frame),
    publishEach: (address, frames) => shards.publishEach(address, frames),
    drop: (address, userIds) => shards.drop(address, userIds),
  });
  t.after(() => host.stop());
  await shards.start(host, kv);
  hear();
  /** Carries the command out, and makes durable what it decides. */
  const ask = async (command: ConversationCommand): Promise<Reply> => {
    let reply: Reply | null = null;
    const address = { kind: 'conversation', id: room } as const;
    host.dispatch({ address, command }, (answer) => void (reply = answer));
    await eventually(
      () => {
        journal.commit();
        return reply !== null;
      },
      { everyMs: 2 },
    );
    return reply!;
  };
  return {
    incarnation,
    journal,
    ask,
    /** Messages that NATS has been given. */
    messagesOut: () => bus.totals.messagesOut,
    async say(body: string): Promise<void> {
      const said = await ask({ type: 'send', by: ada, key: keys.next(), body, prev: null, ...plain });
      assert.ok(said.ok, body);
    },
  };
}

interface Client {
  readonly socket: ClientSocket;
  readonly frames: ServerFrame[];
  readonly webSocket: WebSocket;
}

/** A gateway with one owner of all shards, where Ada has made a group with Bob and Eve. */
async function world(t: TestContext) {
  const number = ++worlds;
  const watch = new ShardMapWatch(kv, timers, log);
  const store = new MemoryStore();
  const name = (what: string) => `${what}-${number}`;
  const first = await owner(t, name('owner'), watch, store);
  const gateway = links(t, name('gateway'), watch);
  const { following, bus, hear } = gateway;
  await kv.put(memberKey(name('gateway')), {});
  hear();
  await connection.flush();
  const give = async (incarnation: string): Promise<void> => {
    const stored = await kv.get<ShardMap>(shardMapKey);
    const owners = emptyShardMap.owners.map(() => incarnation);
    await kv.put(shardMapKey, reassign(stored?.value ?? emptyShardMap, owners));
    await watch.refresh();
  };
  await watch.start();
  t.after(() => watch.stop());
  await give(first.incarnation);
  const profile = { name: 'Weavers', description: '', avatarId: null };
  const group = await first.ask({ type: 'create_group', by: ada, memberIds: [bob, eve], ...profile });
  assert.ok(group.ok);
  const connect = await clients(t, (socket) => following.socketClosed(socket));
  return {
    following,
    owner: first,
    connect,
    /** Subscribes as a request does. */
    async follow(client: Client, afterSeq: number | null, budget: RecoverBudget = plenty()) {
      const wanted = { conversationId: room, epoch: afterSeq === null ? 0 : 1, afterSeq };
      const { result, deliver } = await following.conversation(
        client.socket,
        client.socket.userId!,
        wanted,
        budget,
      );
      deliver();
      return result;
    },
    /** Messages to the gateway are lost from here on. */
    deafen: () => bus.stop(),
    /** The next message shows that some were lost. */
    hearAgain: async () => {
      hear();
      await connection.flush();
    },
    /** Everything is projected, and the conversation another worker's. */
    async moveAway(meanwhile: (next: Awaited<ReturnType<typeof owner>>) => Promise<unknown>) {
      first.journal.project();
      const next = await owner(t, name('successor'), watch, store);
      await meanwhile(next);
      await give(next.incarnation);
      return next;
    },
  };
}

const plenty = (): RecoverBudget => ({ events: 1_000, bytes: 1_000_000 });

/** Serves WebSockets; returns what connects one for a user who has signed in. */
async function clients(t: TestContext, onClosed: (socket: ClientSocket) => void) {
  const outgoing = new SocketTurn(clock, timers);
  const opened: ((socket: ClientSocket) => void)[] = [];
  let listening: us_listen_socket | null = null;
  const app = App().ws<SocketData>('/*', {
    upgrade: (response, request, context) =>
      response.upgrade<SocketData>(
        { client: null, address: null },
        request.getHeader('sec-websocket-key'),
        request.getHeader('sec-websocket-protocol'),
        request.getHeader('sec-websocket-extensions'),
        context,
      ),
    open(webSocket) {
      const socket = new ClientSocket(webSocket, outgoing, clock.monotonicMs());
      webSocket.getUserData().client = socket;
      opened.shift()!(socket);
    },
    close(webSocket) {
      const socket = webSocket.getUserData().client!;
      socket.onClosed();
      onClosed(socket);
    },
  });
  app.listen('127.0.0.1', 0, (socket) => void (listening = socket || null));
  t.after(() => us_listen_socket_close(listening!));
  return async (userId: string): Promise<Client> => {
    const accepted = new Promise<ClientSocket>((resolve) => opened.push(resolve));
    const webSocket = new WebSocket(`ws://127.0.0.1:${us_socket_local_port(listening!)}`);
    t.after(() => webSocket.terminate());
    const frames: ServerFrame[] = [];
    webSocket.on('message', (bytes: Buffer) => void frames.push(decodeServerFrame(bytes)));
    await once(webSocket, 'open');
    const socket = await accepted;
    const times = { issuedAtMs: 0, expiresAtMs: 0 };
    const identity = {
      userId,
      handle: userId,
      displayName: null,
      ...times,
      sessionId: null,
      isExternal: false,
    };
    socket.phase = { name: 'open', identity, deviceId: userId, reauthNoticed: false };
    return { socket, frames, webSocket };
  };
}

/** Sequence numbers of the events that came, in the order they came. */
const seqsOf = ({ frames }: Client): number[] =>
  frames.flatMap((frame) => (frame.opcode === opcodes.event ? [frame.event.seq] : []));
const codesOfEnds = ({ frames }: Client): string[] =>
  frames.flatMap((frame) => (frame.opcode === opcodes.subscriptionEnded ? [frame.code] : []));

test('[OFF-4] what was missed comes after the answer, then what is said, each once and in order', async (t) => {
  const { owner, connect, follow } = await world(t);
  for (const body of ['two', 'three', 'four']) await owner.say(body);
  const client = await connect(bob);
  const result = await follow(client, 2);
  assert.ok(result.result === 'recovered');
  assert.equal(result.headSeq, 4);
  await owner.say('five');
  await eventually(() => seqsOf(client).includes(5));
  assert.deepEqual(seqsOf(client), [3, 4, 5]);
});

test('[OFF-4] what one frame may recover is shared by its subscriptions; beyond it is a gap to page through', async (t) => {
  const { owner, connect, follow } = await world(t);
  for (const body of ['two', 'three', 'four']) await owner.say(body);
  const budget = { events: 3, bytes: 1_000_000 };
  const [one, two] = [await connect(bob), await connect(eve)];
  assert.equal((await follow(one, 2, budget)).result, 'recovered');
  assert.equal(budget.events, 1);
  const gap = await follow(two, 1, budget);
  assert.ok(gap.result === 'gap');
  assert.deepEqual([gap.from, gap.to, budget.events], [2, 4, 1]);
  await owner.say('five');
  await eventually(() => seqsOf(two).includes(5) && seqsOf(one).includes(5));
  assert.deepEqual([seqsOf(one), seqsOf(two)], [[3, 4, 5], [5]]);
});

test('[OFF-4] events that a link lost are passed on when the loss is noticed, in order', async (t) => {
  const { owner, connect, follow, following, deafen, hearAgain } = await world(t);
  const client = await connect(bob);
  await follow(client, null);
  await owner.say('two');
  await eventually(() => seqsOf(client).includes(2));
  deafen();
  const sent = owner.messagesOut();
  for (const body of ['three', 'four']) await owner.say(body);
  await eventually(() => owner.messagesOut() === sent + 2);
  await hearAgain();
  await owner.say('five');
  await eventually(() => seqsOf(client).includes(4));
  const seen = seqsOf(client);
  assert.deepEqual([...new Set(seen)].sort(), [2, 3, 4, 5]);
  assert.ok(seen.indexOf(3) < seen.indexOf(4));
  assert.ok(following.totals.renewals > 0);
  assert.equal(following.totals.resyncs, 0);
});

test('[OFF-4] when more was lost than the owner remembers clients are told to page through it', async (t) => {
  const { owner, connect, follow, following, deafen, hearAgain } = await world(t);
  const client = await connect(bob);
  await follow(client, null);
  deafen();
  const sent = owner.messagesOut();
  const count = limits.recoverEventsMax + 1;
  for (let at = 0; at < count; at++) await owner.say(`${at}`);
  await eventually(() => owner.messagesOut() === sent + count);
  await hearAgain();
  const isTold = (frame: ServerFrame) =>
    frame.opcode === opcodes.resubscribe && frame.conversationIds[0] === room;
  await eventually(() => client.frames.some(isTold));
  assert.ok(following.totals.resyncs > 0);
});

test('[OPS-3] a conversation that has moved goes on where it was', async (t) => {
  const { owner, connect, follow, moveAway } = await world(t);
  const client = await connect(bob);
  await follow(client, null);
  await owner.say('two');
  // It is said to the successor before the gateway knows of that one.
  const next = await moveAway((successor) => successor.say('three'));
  await eventually(() => seqsOf(client).includes(3));
  await next.say('four');
  await eventually(() => seqsOf(client).includes(4));
  assert.deepEqual(seqsOf(client), [2, 3, 4]);
});

test('[GRP-4] a removal is answered when nothing more reaches the one who was removed', async (t) => {
  const { owner, connect, follow, following } = await world(t);
  const [left, stays] = [await connect(eve), await connect(bob)];
  for (const client of [left, stays]) await follow(client, null);
  const removed = await owner.ask({ type: 'remove_member', by: ada, userId: eve });
  assert.ok(removed.ok);
  assert.deepEqual([left.socket.topics.size, stays.socket.topics.size], [0, 1]);
  await owner.say('without her');
  await eventually(() => seqsOf(stays).includes(3));
  await eventually(() => codesOfEnds(left).length > 0);
  assert.deepEqual(codesOfEnds(left), ['conversation_not_found']);
  assert.equal(seqsOf(left).includes(3), false);
  assert.equal(following.topics.size, 1);
});

test('[GRP-4] a removal that the gateway missed is learnt when it renews its interest', async (t) => {
  const { connect, follow, moveAway } = await world(t);
  const [left, stays] = [await connect(eve), await connect(bob)];
  for (const client of [left, stays]) await follow(client, null);
  const next = await moveAway(async (successor) => {
    assert.ok((await successor.ask({ type: 'remove_member', by: ada, userId: eve })).ok);
    await successor.say('without her');
  });
  await eventually(() => codesOfEnds(left).length > 0);
  await next.say('and on');
  await eventually(() => seqsOf(stays).includes(4));
  assert.deepEqual([seqsOf(left), left.socket.topics.size], [[], 0]);
  assert.deepEqual(seqsOf(stays), [2, 3, 4]);
});

test('[GRP-5] a conversation that was deleted meanwhile ends the subscriptions, and is followed no more', async (t) => {
  const { connect, follow, following, moveAway } = await world(t);
  const client = await connect(bob);
  await follow(client, null);
  await moveAway((successor) => successor.ask({ type: 'delete_conversation', by: ada }));
  await eventually(() => codesOfEnds(client).length > 0);
  assert.deepEqual(codesOfEnds(client), ['conversation_deleted']);
  assert.equal(following.topics.size, 0);
});

test('[ACC-2] a stranger is refused, and nothing of the conversation is followed for them', async (t) => {
  const { owner, connect, follow, following } = await world(t);
  const client = await connect('00000000-0000-4000-8000-0000000000ff');
  const result = await follow(client, null);
  assert.equal(result.result === 'refused' && result.code, 'conversation_not_found');
  await owner.say('not for them');
  assert.deepEqual([following.topics.size, client.socket.topics.size, client.frames], [0, 0, []]);
});

test('a socket that closes while it is being subscribed leaves nothing behind', async (t) => {
  const { connect, follow, following, deafen, hearAgain } = await world(t);
  const client = await connect(bob);
  // The answer does not come before the socket has closed.
  deafen();
  const asked = follow(client, null);
  assert.equal(following.topics.size, 1);
  client.webSocket.terminate();
  await eventually(() => client.socket.closed);
  await hearAgain();
  await asked;
  assert.equal(following.topics.size, 0);
});

test('a socket follows so many conversations and no more, and may renew those', async (t) => {
  const { connect, follow } = await world(t);
  const client = await connect(bob);
  for (let at = 0; at < limits.subscriptionsPerSocketMax; at++) client.socket.topics.add(`${at}`);
  const refused = await follow(client, null);
  assert.equal(refused.result === 'refused' && refused.code, 'too_many_subscriptions');
  client.socket.topics.delete('0');
  assert.equal((await follow(client, null)).result, 'recovered');
  assert.equal((await follow(client, null)).result, 'recovered');
});
