import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, test } from 'node:test';
import { limits } from '../limits.ts';
import { SkeinClient } from './client.ts';
import { MemoryOutboxStore } from './outbox-store/memory-outbox-store.ts';
import type { QueuedMessage } from './outbox-store/outbox-store.ts';
import type { OutboxMessage } from './outbox.ts';
import { LoopbackServer } from './testing/loopback-server.ts';
import { rounds } from '../testing/rounds.ts';
import { seededRandom } from '../testing/seeded-random.ts';

const room = '00000000-0000-8000-8000-000000000001';
const other = '00000000-0000-8000-8000-000000000002';
const clients: SkeinClient[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

/** Rejects what the test says, and holds what it says. */
class MoodyStore extends MemoryOutboxStore {
  failure: Error | null = null;
  gate: Promise<void> = Promise.resolve();
  readonly puts: string[] = [];

  override async load(): Promise<readonly QueuedMessage[]> {
    if (this.failure) throw this.failure;
    await this.gate;
    return super.load();
  }
  override async put(message: QueuedMessage): Promise<void> {
    await this.gate;
    if (this.failure) throw this.failure;
    this.puts.push(message.key);
    await super.put(message);
  }
  override async remove(key: string): Promise<void> {
    if (this.failure) throw this.failure;
    await super.remove(key);
  }
}

interface World {
  readonly server: LoopbackServer;
  readonly store: MoodyStore;
  readonly client: SkeinClient;
  /** `body state`, in the order in which the application was told. */
  readonly told: string[];
}

function world({ server = new LoopbackServer(), store = new MoodyStore() } = {}): World {
  const client = new SkeinClient({
    url: 'ws://loopback/ws',
    deviceId: crypto.randomUUID(),
    clientName: 'test',
    token: () => Promise.resolve('token'),
    openSocket: server.openSocket,
    outboxStore: store,
  });
  clients.push(client);
  const told: string[] = [];
  client.on('outbox', (message) => told.push(said(message)));
  return { server, store, client, told };
}

const said = ({ content, state }: OutboxMessage) => `${content.body} ${state.name}`;
const shown = (client: SkeinClient) => client.outbox.map(said);
const numbered = (count: number, prefix = 'm') => Array.from({ length: count }, (_, at) => `${prefix}${at}`);

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 10_000; !(await condition()); await delay(2)) {
    if (performance.now() > deadline) throw new Error(`never: ${condition.toString()}`);
  }
}

async function settled({ client, store }: World): Promise<void> {
  await until(async () => client.unacknowledged === 0 && (await store.load()).every((m) => m.failure));
}

/** A message is refused while its body is among these. */
function refuses(
  server: LoopbackServer,
  code: 'message_not_found' | 'key_reused',
  bodies: Set<string>,
): void {
  server.refuse = (frame) => (bodies.has(frame.body) ? { code } : null);
}

void test('[OFF-1] a message is in the store before it is on the wire, and leaves it once accepted', async () => {
  const it = world();
  const { server, store, client, told } = it;
  client.connect();
  await until(() => client.state.name === 'online');
  const opened = Promise.withResolvers<void>();
  store.gate = opened.promise;
  const kept = client.enqueue(room, 'hello');
  await delay(20);
  assert.deepEqual([server.received.length, told, client.unacknowledged], [0, [], 1]);
  opened.resolve();
  await kept;
  assert.equal((await store.load()).length, 1);
  await settled(it);
  assert.deepEqual(told, ['hello queued', 'hello sending', 'hello sent']);
  assert.deepEqual([server.bodies(), client.outbox], [['hello'], []]);
});

void test('[OFF-1] the newest message beyond the limit is refused, with a sentence; the others go out', async () => {
  const it = world();
  const { server, client } = it;
  const bodies = numbered(limits.outboxMessagesMax);
  await Promise.all(bodies.map((body, at) => client.enqueue(at % 2 ? room : other, body)));
  await assert.rejects(client.enqueue(room, 'one too many'), {
    code: 'outbox_full',
    message: '1000 messages wait to be sent. Connect, or discard some.',
  });
  await assert.rejects(client.send(room, 'one too many'), { code: 'outbox_full' });
  assert.equal(client.outbox.length, limits.outboxMessagesMax);
  await client.discard(client.outbox[7]!.key);
  await client.enqueue(room, 'now there is room');
  client.connect();
  await until(() => server.stored.length >= 150);
  const expected = [...bodies.filter((_, at) => at % 2), 'now there is room'].filter((body) => body !== 'm7');
  assert.deepEqual(server.bodies(room), expected.slice(0, server.bodies(room).length));
});

void test('[OFF-1] what is stored counts against the limit, also that of an earlier client', async () => {
  const first = world();
  await Promise.all(numbered(limits.outboxMessagesMax - 1).map((body) => first.client.enqueue(room, body)));
  const { client } = world({ store: first.store });
  const written = ['last', 'too many'].map((body) => client.enqueue(room, body));
  await written[0];
  await assert.rejects(written[1]!, { code: 'outbox_full' });
});

void test('[OFF-2] an earlier client’s messages go first, in the written order, under their keys', async () => {
  const first = world();
  await Promise.all(['a', 'b', 'c'].map((body) => first.client.enqueue(room, body)));
  const keys = first.client.outbox.map(({ key }) => key);
  const opened = Promise.withResolvers<void>();
  first.store.gate = opened.promise;
  const it = world({ store: first.store });
  it.client.connect();
  void it.client.send(room, 'd'); // while the store is being read
  await until(() => it.client.state.name === 'online');
  opened.resolve();
  await settled(it);
  assert.deepEqual(it.server.bodies(), ['a', 'b', 'c', 'd']);
  assert.deepEqual(
    it.server.stored.slice(0, 3).map(({ key }) => key),
    keys,
  );
  const prevs = new Map(it.server.received.map((frame) => [frame.body, frame.prev]));
  assert.deepEqual(
    ['a', 'b', 'c'].map((body) => prevs.get(body)),
    [null, keys[0], keys[1]],
  );
});

void test('[OFF-2] stored and not acknowledged: after a cut it is sent again and there once', async () => {
  const it = world();
  const { server, client } = it;
  client.connect();
  await until(() => client.state.name === 'online');
  server.acknowledges = false;
  const sent = ['a', 'b'].map((body) => client.send(room, body));
  await until(() => server.stored.length === 2);
  server.cut();
  assert.deepEqual(shown(client), ['a sending', 'b sending']);
  await until(() => shown(client).every((each) => each.endsWith('queued')));
  server.acknowledges = true;
  const acknowledged = await Promise.all(sent);
  assert.deepEqual(
    acknowledged.map(({ seq }) => seq),
    [2, 3],
  );
  assert.deepEqual(server.bodies(), ['a', 'b']);
});

void test(
  '[OFF-2] cut again and again while it drains: everything once, in order',
  { timeout: 30_000 },
  async (context) => {
    const { seed, next: random } = seededRandom();
    context.diagnostic(`seed ${seed}`);
    const it = world();
    const { server, client } = it;
    const rooms = [room, other];
    const bodies = numbered(rounds(180, 90));
    await Promise.all(bodies.map((body, at) => client.enqueue(rooms[at % 2]!, body)));
    server.refuse = () =>
      random() < 0.05 ? { code: 'rate_limited', retryAfterMs: Math.floor(random() * 30) } : null;
    client.connect();
    for (let cuts = 0; cuts < rounds(6, 3); cuts++) {
      const from = server.received.length;
      await until(
        () => server.received.length >= from + 1 + Math.floor(random() * 20) || client.unacknowledged === 0,
      );
      server.acknowledges = random() < 0.5;
      await delay(random() * 5);
      server.cut();
      server.acknowledges = true;
    }
    await settled(it);
    for (const [at, id] of rooms.entries()) {
      assert.deepEqual(
        server.bodies(id),
        bodies.filter((_, index) => index % 2 === at),
      );
    }
  },
);

void test('[OFF-2][ACC-6] a refusal for the rate holds everything back as long as it says, and keeps the order', async () => {
  const it = world();
  const { server, client } = it;
  client.connect();
  await until(() => client.state.name === 'online');
  let refusedAtMs = 0;
  server.refuse = ({ body }) => {
    if (body !== 'm2' || refusedAtMs > 0) return null;
    refusedAtMs = performance.now();
    return { code: 'rate_limited', retryAfterMs: 150 };
  };
  for (const body of numbered(4)) void client.send(room, body);
  void client.send(other, 'elsewhere');
  await until(() => refusedAtMs > 0);
  const late = client.send(other, 'written meanwhile');
  await settled(it);
  await late;
  assert.ok(performance.now() - refusedAtMs >= 149);
  assert.deepEqual(server.bodies(room), numbered(4));
  const times = server.received.filter(({ body }) => body === 'm2').length;
  assert.equal(times, 2, 'it was repeated before its time');
});

void test('[OFF-3] a message behind one that was refused for good follows the one before that', async () => {
  const it = world();
  const { server, client } = it;
  refuses(server, 'message_not_found', new Set(['b']));
  client.connect();
  const sent = ['a', 'b', 'c', 'd'].map((body) => client.send(room, body));
  await assert.rejects(sent[1]!, { code: 'message_not_found' });
  await Promise.all([sent[0], sent[2], sent[3]]);
  assert.deepEqual(server.bodies(), ['a', 'c', 'd']);
});

void test('[OFF-1] a message that was refused stays, with the reason, over a reload', async () => {
  const it = world();
  refuses(it.server, 'message_not_found', new Set(['b']));
  it.client.connect();
  await assert.rejects(it.client.send(room, 'b'), { code: 'message_not_found' });
  await until(async () => (await it.store.load())[0]?.failure !== null);
  const { client, told, server } = world({ store: it.store });
  await client.loadOutbox();
  assert.deepEqual(told, ['b failed']);
  assert.deepEqual(client.outbox[0]!.state, {
    name: 'failed',
    code: 'message_not_found',
    message: 'There is no such message.',
  });
  assert.equal(client.unacknowledged, 0);
  client.connect();
  await client.send(room, 'c');
  assert.deepEqual(server.bodies(), ['c'], 'it was sent without being asked to');
});

void test('[OFF-2] a retry goes out under the same key, after what was written since', async () => {
  const it = world();
  const { server, client, told } = it;
  const refused = new Set(['a']);
  refuses(server, 'message_not_found', refused);
  client.connect();
  const key = client.newKey();
  await assert.rejects(client.send(room, 'a', key));
  server.cut();
  refused.clear();
  void client.send(room, 'b');
  await client.retry(key);
  await client.retry(key);
  await settled(it);
  assert.deepEqual(server.bodies(), ['b', 'a']);
  assert.equal(server.stored[1]!.key, key);
  assert.deepEqual(
    told
      .filter((each) => each.startsWith('a'))
      .filter((each) => !/sending$/.test(each))
      .slice(0, 4),
    ['a queued', 'a failed', 'a discarded', 'a queued'],
  );
});

void test('[MSG-4] a retry takes a fresh key when the key was at fault', async () => {
  const it = world();
  const { server, client, store } = it;
  const refused = new Set(['a']);
  refuses(server, 'key_reused', refused);
  client.connect();
  const key = client.newKey();
  await assert.rejects(client.send(room, 'a', key));
  refused.clear();
  await client.retry(key);
  await settled(it);
  assert.deepEqual([server.bodies(), await store.load()], [['a'], []]);
  assert.notEqual(server.stored[0]!.key, key);
});

void test('[OFF-1] what is discarded is gone from the store, and never sent', async () => {
  const it = world();
  const { server, client, store, told } = it;
  const sent = ['a', 'b', 'c'].map((body) => client.send(room, body));
  await until(() => client.outbox.length === 3);
  await client.discard(client.outbox[1]!.key);
  await client.discard(client.newKey());
  await assert.rejects(sent[1]!, { code: 'discarded' });
  assert.equal((await store.load()).length, 2);
  client.connect();
  await settled(it);
  assert.deepEqual(server.bodies(), ['a', 'c']);
  assert.ok(told.includes('b discarded'));
});

void test('[OFF-1] a store that cannot keep a message refuses it, and those around it are not held up', async () => {
  const it = world();
  const { server, client, store } = it;
  client.connect();
  await client.send(room, 'a');
  store.failure = new Error('the disk is full');
  const refused = client.send(room, 'b');
  await assert.rejects(refused, { code: 'outbox_unavailable' });
  const error = await refused.then(
    () => null,
    (reason: Error) => reason,
  );
  assert.equal(error?.cause, store.failure);
  store.failure = null;
  await client.send(room, 'c');
  assert.deepEqual([server.bodies(), client.outbox], [['a', 'c'], []]);
});

void test('[OFF-1] a store that cannot be read refuses everything, until it can be', async () => {
  const it = world();
  const { server, client, store } = it;
  store.failure = new Error('locked');
  client.connect();
  await assert.rejects(client.send(room, 'a'), { code: 'outbox_unavailable' });
  await assert.rejects(client.loadOutbox(), { code: 'outbox_unavailable' });
  store.failure = null;
  await client.send(room, 'b');
  assert.deepEqual(server.bodies(), ['b']);
});

void test('[OFF-1] retry and discard that the store cannot keep change nothing', async () => {
  const it = world();
  const { client, store, server } = it;
  refuses(server, 'message_not_found', new Set(['a']));
  client.connect();
  const key = client.newKey();
  await assert.rejects(client.send(room, 'a', key));
  store.failure = new Error('the disk is full');
  await assert.rejects(client.retry(key), { code: 'outbox_unavailable' });
  assert.deepEqual(shown(client), ['a failed']);
  await assert.rejects(client.discard(key), { code: 'outbox_unavailable' });
  assert.deepEqual(shown(client), ['a failed']);
  store.failure = null;
  await client.discard(key);
  assert.deepEqual([client.outbox, await store.load()], [[], []]);
});

void test('[MSG-4] the same key and content is one message; with other content it is refused', async () => {
  const it = world();
  const { client, server } = it;
  const key = client.newKey();
  const content = { body: 'a', replyTo: 7, mentions: [other], attachments: [room] };
  const both = [client.send(room, content, key), client.send(room, { ...content }, key)];
  await assert.rejects(client.send(room, 'b', key), { code: 'key_reused' });
  client.connect();
  const [one, two] = await Promise.all(both);
  assert.deepEqual(one, two);
  const { body, prev, replyTo, mentions, attachmentIds } = server.received[0]!;
  assert.deepEqual([body, prev, replyTo, mentions, attachmentIds], ['a', null, 7, [other], [room]]);
  assert.equal(server.received.length, 1);
});

void test('a message that can never be sent is refused before it is kept', async () => {
  const { client, store } = world();
  const tooLong = 'x'.repeat(limits.messageBodyBytesMax + 1);
  await assert.rejects(client.enqueue(room, tooLong), { code: 'body_too_large' });
  const mentions = new Array<string>(limits.mentionsPerMessageMax + 1).fill(other);
  const crowd = { body: 'all of you', replyTo: null, mentions, attachments: [] };
  await assert.rejects(client.enqueue(room, crowd), { code: 'invalid_frame' });
  assert.deepEqual([store.puts, client.unacknowledged], [[], 0]);
});
