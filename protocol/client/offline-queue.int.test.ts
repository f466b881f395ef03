// A full queue against a real cluster on which everything goes wrong at once: the socket, the workers, the client.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, until } from '../waiting.ts';
import { startPrivateServices, type PrivateServices } from '../../ops/testing/services.ts';
import { TestCluster, userIdOf } from '../../ops/testing/test-cluster.ts';
import { limits } from '../limits.ts';
import type { ClientOptions, SkeinClient } from './index.ts';
import { FileOutboxStore } from './node/file-outbox-store.ts';
import { CuttingRelay } from './testing/cutting-relay.ts';
import { rounds } from '../testing/rounds.ts';
import { seededRandom } from '../testing/seeded-random.ts';
import { openShufflingSocket } from './testing/shuffling-socket.ts';

let services: PrivateServices;
let cluster: TestCluster;
let folder: string;
/** Resources that a test leaves open. */
const open: { close(): void }[] = [];

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'skein-queue-'));
  services = await startPrivateServices();
  cluster = await TestCluster.start({ services, workers: 2 });
});

after(async () => {
  for (const each of open) each.close();
  await cluster?.stop();
  await services?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Direct conversations of `subject` with people of their own. */
async function conversationsOf(subject: string, count: number): Promise<string[]> {
  const client = await cluster.connect(subject);
  const ids: string[] = [];
  for (let number = 0; number < count; number++) {
    const peer = await cluster.connect(`${subject}_peer_${number}`);
    ids.push((await client.openDirect(userIdOf(peer))).conversationId);
    peer.close();
  }
  client.close();
  return ids;
}

/** The bodies that stand in a conversation, in order, as a newcomer reads them. */
async function bodiesIn(subject: string, conversationId: string): Promise<string[]> {
  const client = await cluster.connect(subject);
  const bodies: string[] = [];
  for (let seq = 0, more = true; more;) {
    const page = await client.history(conversationId, 'after', seq);
    for (const event of page.events) if (event.type === 'message') bodies.push(event.body);
    seq = page.events.at(-1)?.seq ?? seq;
    more = page.more;
  }
  client.close();
  return bodies;
}

const storeIn = (name: string) => new FileOutboxStore(path.join(folder, name));

/** Waits until everything of `client` is sent, and nothing of it is left in the store. */
async function drained(client: SkeinClient, name: string): Promise<void> {
  const isDrained = async () =>
    client.unacknowledged === 0 && (await storeIn(name).load()).length === 0 && client.outbox.length === 0;
  await eventually(isDrained, { everyMs: 100 });
}

/** One person's device, whose client can be thrown away and made anew on what it left. */
class Device {
  readonly #options: Partial<ClientOptions>;
  readonly #name: string;
  readonly sent = new Set<string>();
  client: SkeinClient;

  constructor(name: string, options: Partial<ClientOptions>) {
    this.#name = name;
    this.#options = options;
    this.client = this.#make();
  }

  /** As when the program dies and is started again. */
  restart(): void {
    this.client.close();
    this.client = this.#make();
    this.client.connect();
  }

  #make(): SkeinClient {
    const client = cluster.client(this.#name, { ...this.#options, outboxStore: storeIn(this.#name) });
    open.push(client);
    client.on('outbox', ({ key, state }) => void (state.name === 'sent' && this.sent.add(key)));
    return client;
  }
}

test('[OFF-1][OFF-2] 1000 messages queued offline arrive once and in order, whatever is cut, killed or restarted', async (context) => {
  const { seed, next: random } = seededRandom();
  context.diagnostic(`seed ${seed}`);
  const below = (bound: number) => Math.floor(random() * bound);
  const rooms = await conversationsOf('ada', 3);
  const relay = await CuttingRelay.start(cluster.url);
  open.push(relay);
  const ada = new Device('ada', { url: `ws://127.0.0.1:${relay.port}/ws` });

  const written = new Map<string, string[]>(rooms.map((id) => [id, []]));
  const queue = Array.from({ length: limits.outboxMessagesMax }, (_, number) => {
    const room = rooms[below(rooms.length)]!;
    const body = `${number} ${'x'.repeat(below(400))}`;
    written.get(room)!.push(body);
    return ada.client.enqueue(room, body);
  });
  await Promise.all(queue);
  await assert.rejects(ada.client.enqueue(rooms[0]!, 'one too many'), { code: 'outbox_full' });

  ada.client.connect();
  const cuts = rounds(20, 8);
  const cutAt = Array.from({ length: cuts }, () => 5 + below(900)).sort((a, b) => a - b);
  for (const [number, count] of cutAt.entries()) {
    await eventually(() => ada.sent.size >= count && ada.client.state.name === 'online', { everyMs: 2 });
    if (number === 2 || number === 5) await killWorker();
    if (number === 4) ada.restart();
    else await cut(relay, below(4_000));
  }
  await drained(ada.client, 'ada');
  for (const [at, id] of rooms.entries()) {
    assert.deepEqual(await bodiesIn(`ada_peer_${at}`, id), written.get(id));
  }
  // A connection that a killed worker has ended already cannot be cut.
  assert.ok(relay.cuts >= cuts / 2, `${relay.cuts} cuts`);
});

/** In the middle of whatever goes out next; at once when nothing does. */
async function cut(relay: CuttingRelay, afterBytes: number): Promise<void> {
  const before = relay.cuts;
  relay.cutAfter(afterBytes);
  if (!(await until(() => relay.cuts > before, { timeoutMs: 500, everyMs: 2 }))) relay.cutAfter(0);
}

async function killWorker(): Promise<void> {
  const [worker] = await cluster.workers();
  process.kill(worker!.pid, 'SIGKILL');
}

test('[OFF-3] messages that overtake one another are stored in the written order', async (context) => {
  const { seed, next: random } = seededRandom();
  context.diagnostic(`seed ${seed}`);
  const [room] = await conversationsOf('bea', 1);
  const openSocket = (url: string) => openShufflingSocket(url, random);
  const bea = await cluster.connect('bea', { openSocket, outboxStore: storeIn('bea') });
  open.push(bea);
  const written = Array.from({ length: 180 }, (_, number) => `${number}`);
  const acknowledged = await Promise.all(written.map((body) => bea.send(room!, body)));
  assert.deepEqual(
    acknowledged.map(({ seq }) => seq),
    written.map((_, at) => at + 2),
  );
  assert.deepEqual(await bodiesIn('bea_peer_0', room!), written);
});

test('[OFF-2][MSG-4] two clients that send one queue at the same time make one message of each', async () => {
  const [room] = await conversationsOf('cleo', 1);
  const offline = new Device('cleo', {});
  const written = Array.from({ length: 150 }, (_, number) => `${number}`);
  await Promise.all(written.map((body) => offline.client.enqueue(room!, body)));
  const two = [new Device('cleo', {}).client, offline.client];
  for (const client of two) client.connect();
  for (const client of two) await drained(client, 'cleo');
  assert.deepEqual(await bodiesIn('cleo_peer_0', room!), written);

  const key = two[0]!.newKey();
  const answers = await Promise.all(two.map((client) => client.send(room!, 'the same', key)));
  assert.deepEqual(answers[0], answers[1]);
});
