// Chatting as the rules promise it, over two workers and real stores.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bounds } from '../../../actors/runtime/bounds.ts';
import { eventually, patienceMs, until } from '../../../protocol/waiting.ts';
import { sharedCluster } from '../../../ops/testing/shared-cluster.ts';
import { userIdOf, type TestCluster } from '../../../ops/testing/test-cluster.ts';
import { Connection } from '../../../protocol/client/connection.ts';
import type {
  ClientOptions,
  ConversationEvent,
  InboxEvent,
  SkeinClient,
  SocketLike,
} from '../../../protocol/client/index.ts';
import { ServerClock } from '../../../protocol/client/server-clock.ts';
import type { PushFrame } from '../../../protocol/frames/server-frames.ts';
import type { SubscribeResult } from '../../../protocol/frames/subscribe.ts';
import { limits } from '../../../protocol/limits.ts';
import { opcodes } from '../../../protocol/opcodes.ts';

const hourMs = 3_600_000;

let cluster: TestCluster;
const clients: SkeinClient[] = [];
const connections: Connection[] = [];

before(async () => {
  ({ cluster } = await sharedCluster());
});

after(async () => {
  for (const client of [...clients, ...connections]) client.close();
});

async function connect(subject: string, options: Partial<ClientOptions> = {}): Promise<SkeinClient> {
  const client = await cluster.connect(subject, options);
  clients.push(client);
  return client;
}

/** Two people with their conversation. */
async function pair(name: string): Promise<{ ada: SkeinClient; bob: SkeinClient; room: string }> {
  const [ada, bob] = await Promise.all([connect(`${name}_ada`), connect(`${name}_bob`)]);
  const { conversationId: room } = await ada.openDirect(userIdOf(bob));
  return { ada, bob, room };
}

/** A bare connection, for what the SDK hides. */
async function bareConnection(subject: string): Promise<{ connection: Connection; pushes: PushFrame[] }> {
  const pushes: PushFrame[] = [];
  let welcomed = false;
  const token = await cluster.issuer.token(subject);
  const connection = new Connection({
    socket: new WebSocket(`${cluster.url.replace('http', 'ws')}/ws`) as unknown as SocketLike,
    token,
    deviceId: crypto.randomUUID(),
    clientName: 'bare',
    clock: new ServerClock(Date.now),
    localNow: Date.now,
    requestTimeoutMs: patienceMs,
    onWelcome: () => (welcomed = true),
    onPush: (frame) => void pushes.push(frame),
    onEnd: () => undefined,
  });
  connections.push(connection);
  assert.ok(await until(() => welcomed));
  return { connection, pushes };
}

async function subscribe(
  connection: Connection,
  wishes: [id: string, epoch: number, after: number | null][],
): Promise<readonly SubscribeResult[]> {
  const subscriptions = wishes.map(([conversationId, epoch, afterSeq]) => ({
    conversationId,
    epoch,
    afterSeq,
  }));
  const answer = await connection.request({ opcode: opcodes.subscribe, subscriptions });
  return answer.results;
}

/** Everything that the client hands out of a conversation. */
function eventsOf(client: SkeinClient, room: string): ConversationEvent[] {
  const events: ConversationEvent[] = [];
  client.on('event', (id, event) => void (id === room && events.push(event)));
  return events;
}

const seqs = (events: readonly ConversationEvent[]) => events.map(({ seq }) => seq);
const bodies = (events: readonly ConversationEvent[]) =>
  events.flatMap((event) => (event.type === 'message' ? [event.body] : []));
/** As deepEqual, but a difference among a thousand events is told in a line. */
function assertSame(actual: readonly unknown[], expected: readonly unknown[], about: string): void {
  const texts = [actual, expected].map((values) => values.map((value) => JSON.stringify(value)));
  const at = texts[1]!.findIndex((text, index) => text !== texts[0]![index]);
  assert.ok(at < 0, `${about}: at ${at} there is ${texts[0]![at]}, not ${texts[1]![at]}`);
  assert.equal(actual.length, expected.length, about);
}

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, at) => at + first);

async function sendMany(client: SkeinClient, room: string, texts: readonly string[]): Promise<number[]> {
  const sent = await Promise.all(texts.map((text) => client.send(room, text)));
  return sent.map(({ seq }) => seq);
}

/** The last event is there; only then is it known that no other comes between. */
async function reaches(events: readonly ConversationEvent[], seq: number): Promise<void> {
  assert.ok(await until(() => (events.at(-1)?.seq ?? 0) >= seq), `${events.at(-1)?.seq} of ${seq}`);
}

/** Sockets by worker. */
async function sockets(): Promise<Map<string, number>> {
  const workers = await cluster.workers();
  const counts = workers.map(async ({ incarnation, admin }): Promise<[string, number]> => {
    const text = await (await fetch(`http://${admin}/metrics`)).text();
    return [incarnation, Number(/^skein_sockets (\d+)$/m.exec(text)![1])];
  });
  return new Map(await Promise.all(counts));
}

/** Clients of this person until there is one on each worker. */
async function onEveryWorker(subject: string): Promise<SkeinClient[]> {
  const found = new Map<string, SkeinClient>();
  for (let attempt = 0; attempt < 60 && found.size < 2; attempt++) {
    const before = await sockets();
    const client = await connect(subject);
    const now = await sockets();
    const worker = [...now].find(([incarnation, count]) => count > before.get(incarnation)!)![0];
    if (found.has(worker)) client.close();
    else found.set(worker, client);
    await until(
      async () =>
        (await sockets()).get(worker) === before.get(worker)! + (found.get(worker) === client ? 1 : 0),
    );
  }
  assert.equal(found.size, 2, 'the port is shared by both workers');
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, client]) => client);
}

void test('[DM-1] opened from both sides at the same time it is one conversation with one beginning', async () => {
  const people = await Promise.all(upTo(8).map((number) => connect(`opener${number}`)));
  const pairs = people.flatMap((one, at) => people.slice(at + 1).map((other) => [one, other] as const));
  const opened = await Promise.all(
    pairs.map(async ([one, other]) => {
      const both = [one.openDirect(userIdOf(other)), other.openDirect(userIdOf(one))];
      const again = [other.openDirect(userIdOf(one)), one.openDirect(userIdOf(other))];
      const ids = (await Promise.all([...both, ...again])).map(({ conversationId }) => conversationId);
      assert.equal(new Set(ids).size, 1);
      return ids[0]!;
    }),
  );
  assert.equal(new Set(opened).size, pairs.length);
  for (const [at, [one, other]] of pairs.entries()) {
    const { events } = await one.history(opened[at]!, 'after', 0);
    assert.equal(events.length, 1);
    const [created] = events;
    assert.deepEqual(
      new Set(created?.type === 'created' ? created.memberIds : []),
      new Set([userIdOf(one), userIdOf(other)]),
    );
  }
  const rows = async () => {
    const found = await cluster.database.query<{ count: number }>(
      'select count(*)::int from conversation_events where conversation_id = any($1::uuid[])',
      [opened],
    );
    return found.rows[0]!.count;
  };
  assert.ok(await until(async () => (await rows()) === pairs.length));
});

void test('[DM-2] a message reaches the other one on the other worker, both ways', async () => {
  const adas = await onEveryWorker('dm2_ada');
  const bobs = await onEveryWorker('dm2_bob');
  const { conversationId: room } = await adas[0]!.openDirect(userIdOf(bobs[0]!));
  for (const [from, to] of [
    [adas[0]!, bobs[1]!],
    [adas[1]!, bobs[0]!],
    [bobs[0]!, adas[1]!],
    [bobs[1]!, adas[0]!],
  ]) {
    const heard = eventsOf(to!, room);
    to!.follow(room);
    const text = crypto.randomUUID();
    assert.ok(await until(() => to!.cursorOf(room) !== null));
    await from!.send(room, text);
    assert.ok(await until(() => bodies(heard).includes(text)));
    to!.unfollow(room);
  }
});

/** All pages in one direction, from one end to the other. */
async function readAll(
  client: SkeinClient,
  room: string,
  [direction, start]: ['after' | 'before', number],
  limit: number,
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
): Promise<ConversationEvent[]> {
  let read: ConversationEvent[] = [];
  for (let more = true; more;) {
    await meanwhile();
    const end = read.at(direction === 'after' ? -1 : 0)?.seq ?? start;
    const page = await client.history(room, direction, end, limit);
    read = direction === 'after' ? [...read, ...page.events] : [...page.events, ...read];
    more = page.more;
  }
  return read;
}

void test('[MSG-1] [DM-3] a thousand concurrent messages: one gapless order for everyone, and every way of paging', async () => {
  const senders = [...(await onEveryWorker('busy_ada')), ...(await onEveryWorker('busy_bob'))];
  const [ada, _adasPhone, bob] = senders as [SkeinClient, SkeinClient, SkeinClient, SkeinClient];
  const { conversationId: room } = await ada.openDirect(userIdOf(bob));
  const observed = senders.map((client) => eventsOf(client, room));
  for (const client of senders) client.follow(room, { epoch: 1, seq: 0 });
  const perSender = 250;
  const last = 1 + senders.length * perSender;
  const texts = (sender: number) => upTo(perSender).map((number) => `${sender}:${number}`);
  const sent = Promise.all(senders.map((client, sender) => sendMany(client, room, texts(sender))));
  // Paging forward while it grows: what is read stays what it is, and goes on without a gap.
  const grown: ConversationEvent[] = [];
  while (grown.length < last) {
    grown.push(...(await ada.history(room, 'after', grown.length, 37)).events);
    assert.ok(await until(() => grown.length === last || observed[0]!.length > grown.length));
  }
  const acknowledged = await sent;
  await Promise.all(observed.map((events) => reaches(events, last)));

  const order = observed[0]!.slice();
  assertSame(seqs(order), upTo(last), 'no gap');
  for (const events of [...observed, grown]) assertSame(events, order, 'the same for everyone');
  for (const [sender, own] of acknowledged.entries()) {
    const inOrder = own.toSorted((a, b) => a - b);
    assertSame(own, inOrder, 'stored as each one wrote');
    assertSame(bodies(inOrder.map((seq) => order[seq - 1]!)), texts(sender), 'what was acknowledged');
  }
  for (const limit of [100, 13]) {
    assertSame(await readAll(bob, room, ['after', 0], limit), order, `forwards, ${limit} at a time`);
    const backwards = await readAll(bob, room, ['before', last + 1], limit);
    assertSame(backwards, order, `backwards, ${limit} at a time`);
  }
  const more = () => ada.send(room, 'one more');
  const growing = await readAll(bob, room, ['before', last + 1], 100, more);
  assertSame(growing, order, 'backwards while more arrive');
  const ahead = await readAll(bob, room, ['after', 0], 100, more);
  assertSame(seqs(ahead), upTo(ahead.length), 'forwards while more arrive');
  assert.ok(ahead.length > growing.length);
});

void test('[DM-4] who was offline gets everything missed, in order, once', async () => {
  const { ada, bob, room } = await pair('dm4');
  const received = eventsOf(bob, room);
  bob.follow(room, { epoch: 1, seq: 0 });
  await ada.send(room, 'before');
  await reaches(received, 2);
  for (let round = 0; round < 3; round++) {
    bob.close();
    const sent = await sendMany(
      ada,
      room,
      upTo(30).map((number) => `${round}:${number}`),
    );
    bob.connect();
    await reaches(received, sent.at(-1)!);
  }
  assert.deepEqual(seqs(received), upTo(92));
  // Another program of Bob's, with nothing but the cursor that was kept.
  const cursor = bob.cursorOf(room)!;
  bob.close();
  await sendMany(ada, room, ['while away', 'and more']);
  const later = cluster.client('dm4_bob');
  clients.push(later);
  const resumed = eventsOf(later, room);
  later.follow(room, cursor);
  later.connect();
  await reaches(resumed, 94);
  assert.deepEqual(bodies(resumed), ['while away', 'and more']);
});

void test('[OFF-4] what was missed is recovered at once, or named as a gap; never a part of it', async () => {
  const { ada, bob, room } = await pair('off4');
  const half = upTo(150).map(String);
  await Promise.all([sendMany(ada, room, half), sendMany(bob, room, half)]);
  const head = 301;
  // So many are in memory for certain, projected or not.
  const { tailEventsKept: recent } = bounds;
  const { connection, pushes } = await bareConnection('off4_bob');
  const [recovered] = await subscribe(connection, [[room, 1, head - recent]]);
  const stands = { conversationId: room, epoch: 1, headSeq: head, headOrdinal: head - 1 };
  assert.partialDeepStrictEqual(recovered, { result: 'recovered', ...stands });
  const pushed = () => pushes.flatMap((frame) => (frame.opcode === opcodes.event ? [frame.event.seq] : []));
  assert.ok(await until(() => pushed().length >= recent));
  assert.deepEqual(pushed(), upTo(head, head - recent + 1));

  const [gap] = await subscribe(connection, [[room, 1, head - limits.recoverEventsMax - 1]]);
  assert.partialDeepStrictEqual(gap, { result: 'gap', from: head - limits.recoverEventsMax, to: head });
  const [otherEpoch] = await subscribe(connection, [[room, 7, head]]);
  assert.partialDeepStrictEqual(otherEpoch, { result: 'gap', epoch: 1, from: 1, to: head });
  const [fromTheFuture] = await subscribe(connection, [[room, 1, head + 5]]);
  assert.partialDeepStrictEqual(fromTheFuture, { result: 'gap', from: 1, to: head });
  const [fromNowOn] = await subscribe(connection, [[room, 0, null]]);
  assert.equal(fromNowOn!.result, 'recovered');
  const next = await ada.send(room, 'live');
  assert.ok(await until(() => pushed().at(-1) === next.seq));
  assert.equal(pushed().length, recent + 1, 'gaps and null bring no old events');

  // The SDK makes the same of both: everything, once, in order.
  const reader = await connect('off4_bob');
  const read = eventsOf(reader, room);
  reader.follow(room, { epoch: 1, seq: 20 });
  await reaches(read, head + 1);
  assert.deepEqual(seqs(read), upTo(head + 1, 21));
});

void test('[OFF-4] a cursor of another epoch resets what the client holds and follows from the head', async () => {
  const { ada, bob, room } = await pair('epoch');
  await sendMany(ada, room, ['one', 'two']);
  const resets: string[] = [];
  bob.on('reset', (id) => void resets.push(id));
  const received = eventsOf(bob, room);
  bob.follow(room, { epoch: 9, seq: 1_000 });
  assert.ok(await until(() => resets.length === 1));
  await ada.send(room, 'three');
  await reaches(received, 4);
  assert.deepEqual([resets, bodies(received), bob.cursorOf(room)], [[room], ['three'], { epoch: 1, seq: 4 }]);
});

void test('[OFF-4] one frame recovers a bounded number of events over all its subscriptions', async () => {
  const missed = bounds.tailEventsKept;
  const rooms = Math.ceil(limits.recoverEventsPerFrameMax / missed) + 1;
  const reader = await connect('many_reader');
  const opened = await Promise.all(
    upTo(rooms).map(async (number) => {
      const peer = await connect(`many_peer${number}`);
      const { conversationId: room } = await peer.openDirect(userIdOf(reader));
      await sendMany(peer, room, upTo(missed).map(String));
      return room;
    }),
  );
  const { connection, pushes } = await bareConnection('many_reader');
  const results = await subscribe(
    connection,
    opened.map((room) => [room, 1, 1]),
  );
  const recovered = results.filter(({ result }) => result === 'recovered').length;
  assert.equal(recovered, Math.floor(limits.recoverEventsPerFrameMax / missed));
  for (const result of results)
    if (result.result === 'gap') assert.deepEqual([result.from, result.to], [2, missed + 1]);
  const events = () => pushes.filter(({ opcode }) => opcode === opcodes.event);
  assert.ok(await until(() => events().length === recovered * missed));
});

void test('[OFF-6] a device whose clock is an hour off chats like any other', async () => {
  const { ada, bob, room } = await pair('off6');
  const received = eventsOf(bob, room);
  bob.follow(room, { epoch: 1, seq: 0 });
  const late = await connect('off6_ada', { localNow: () => Date.now() - hourMs });
  const early = await connect('off6_ada', { localNow: () => Date.now() + hourMs });
  const order = [late, early, ada, early, late, bob, late];
  for (const [at, client] of order.entries()) {
    const { atMs } = await client.send(room, `${at}`);
    assert.ok(Math.abs(atMs - Date.now()) < 60_000, 'the time is the server’s');
  }
  await reaches(received, order.length + 1);
  assert.deepEqual(
    bodies(received),
    order.map((_, at) => `${at}`),
  );
});

void test('[ACC-3] a device is registered once, the others learn of it, and there is a bound', async () => {
  const phone = await connect('acc3');
  const laptop = await connect('acc3');
  const inbox: InboxEvent[] = [];
  laptop.on('inbox', (event) => void inbox.push(event));
  laptop.followInbox(0);
  const key = new Uint8Array(32).fill(7);
  await phone.registerDevice('phone', key);
  await phone.registerDevice('phone', key);
  const { connection } = await bareConnection('acc3');
  const register = (deviceId: string, name: string, publicKey = key) =>
    connection.request({ opcode: opcodes.registerDevice, deviceId, name, publicKey });
  const ids = upTo(limits.devicesPerUserMax - 1).map(() => crypto.randomUUID());
  for (const [at, id] of ids.entries()) await register(id, `device ${at}`);
  await assert.rejects(register(crypto.randomUUID(), 'one too many'), { code: 'too_many_devices' });
  await register(ids[0]!, 'device 0');
  await register(ids[0]!, 'device 0', new Uint8Array(32).fill(8));
  const expected = ['phone', ...ids.map((_, at) => `device ${at}`), 'device 0'];
  assert.ok(await until(() => inbox.length >= expected.length));
  assert.deepEqual(
    inbox.map((event) => (event.type === 'deviceAdded' ? event.name : '')),
    expected,
  );
  assert.deepEqual(
    inbox.map(({ seq }) => seq),
    upTo(expected.length),
  );
  const last = inbox.at(-1)!;
  assert.deepEqual([...(last.type === 'deviceAdded' ? last.publicKey : [])], [...new Uint8Array(32).fill(8)]);
});

void test('a new conversation reaches the inbox of both, at once and later, once', async () => {
  const [ada, bob] = await Promise.all([connect('inbox_ada'), connect('inbox_bob')]);
  const live: InboxEvent[] = [];
  bob.on('inbox', (event) => void live.push(event));
  bob.followInbox(0);
  const { conversationId: room } = await ada.openDirect(userIdOf(bob));
  assert.ok(await until(() => live.length > 0));
  const later = await connect('inbox_bob');
  const read: InboxEvent[] = [];
  later.on('inbox', (event) => void read.push(event));
  later.followInbox(0);
  assert.ok(await until(() => read.length > 0));
  for (const events of [live, read])
    assert.deepEqual(
      events.map((event) => ({ ...event, atMs: 0 })),
      [
        {
          seq: 1,
          atMs: 0,
          type: 'conversationAdded',
          conversationId: room,
          causeSeq: 1,
          by: userIdOf(ada),
        },
      ],
    );
});

void test('[MSG-6] unread counts agree across devices, and reading shows on all sides', async () => {
  const { ada, bob, room } = await pair('msg6');
  await sendMany(ada, room, ['one', 'two', 'three']);
  const unread = async (client: SkeinClient) => {
    const summary = (await client.conversations()).conversations.find(
      ({ conversationId }) => conversationId === room,
    );
    return summary?.unread;
  };
  assert.ok(await until(async () => (await unread(bob)) === 3));
  const opened = await bob.openDirect(userIdOf(ada));
  assert.equal(opened.unread, 3, 'opening it again reads nothing');
  const seen: number[] = [];
  ada.on('cursor', (id, { userId, readSeq }) => {
    if (id === room && userId === userIdOf(bob)) seen.push(readSeq);
  });
  ada.follow(room);
  assert.ok(await until(() => ada.cursorOf(room) !== null));
  bob.markRead(room, 3);
  assert.ok(await until(() => seen.includes(3)), 'the sender sees it');
  const other = await connect('msg6_bob');
  assert.ok(await until(async () => (await unread(other)) === 1), 'the other device counts the same');
  bob.markRead(room, 4);
  assert.ok(await until(async () => (await unread(other)) === 0));
});

void test('[MSG-6] nobody counts a deleted message as unread: not in the list, not asked by itself', async () => {
  const { ada, bob, room } = await pair('msg6d');
  await sendMany(ada, room, ['one', 'two', 'three']);
  const listed = async () =>
    (await bob.conversations()).conversations.find(({ conversationId }) => conversationId === room)?.unread;
  const counts = async () => [await listed(), (await bob.conversation(room)).unread];
  const are = (count: number) =>
    eventually(async () => (await counts()).every((each) => each === count)).catch(async () =>
      assert.deepEqual(await counts(), [count, count]),
    );
  await are(3);
  await ada.deleteMessage(room, 2);
  await ada.deleteMessage(room, 4);
  assert.equal((await bob.conversation(room)).unread, 1, 'the conversation itself knows at once');
  await are(1);
  bob.markRead(room, 2);
  await are(1);
  bob.markRead(room, 3);
  await are(0);
  const { readOrdinal, headOrdinal } = await bob.conversation(room);
  assert.deepEqual([readOrdinal, headOrdinal], [2, 3], 'the last message is deleted and was never read');
  await ada.deleteMessage(room, 3);
  await ada.send(room, 'four');
  await are(1);
});
