// Limits as clients meet them: on frames, on sockets that open, and behind a proxy, over real workers and a real Redis.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { eventually } from '../../../protocol/waiting.ts';
import { redisMissing, startPrivateRedis } from '../../../ops/testing/redis.ts';
import { acquireServices, type BreakableService, type TestServices } from '../../../ops/testing/services.ts';
import { TestCluster, userIdOf } from '../../../ops/testing/test-cluster.ts';
import { closeCodes } from '../../../protocol/close-codes.ts';
import { decode, encode } from '../../../protocol/codec/codec.ts';
import type { Wire } from '../../../protocol/codec/named.ts';
import type { Send } from '../../../protocol/frames/send.ts';
import { KeyMaker } from '../../../protocol/ids.ts';
import { limits } from '../../../protocol/limits.ts';
import { opcodes } from '../../../protocol/opcodes.ts';
import { protocolVersion } from '../../../protocol/version.ts';

const skip = await redisMissing();
const keys = new KeyMaker(Date.now);
/** Of one person. */
const socketsMax = 8;

let services: TestServices;
let redis: BreakableService | undefined;
let cluster: TestCluster;
const sockets: Client[] = [];

before(async () => {
  services = await acquireServices();
  if (!skip) redis = await startPrivateRedis();
  // The tests are the proxy.
  const env = {
    SKEIN_TRUSTED_PROXIES: '127.0.0.1',
    SKEIN_SOCKETS_PER_USER_MAX: String(socketsMax),
    ...(redis && { REDIS_URL: redis.url }),
  };
  cluster = await TestCluster.start({ services, env });
});

after(async () => {
  for (const client of sockets) client.close();
  await cluster?.stop();
  await redis?.stop();
  await services?.stop();
});

/** A bare client, as a proxy passes it on. */
class Client {
  readonly answers = new Map<number, unknown[]>();
  closeCode: number | null = null;
  /** Answer to the upgrade instead of a socket. */
  refused: http.IncomingMessage | null = null;
  readonly #socket: WebSocket;

  constructor(forwardedFor: string) {
    const url = `${cluster.url.replace('http', 'ws')}/ws`;
    this.#socket = new WebSocket(url, { headers: { 'x-forwarded-for': forwardedFor } });
    this.#socket.on('message', (data: Buffer) => {
      const frame = decode(data);
      this.answers.set(frame[1] as number, frame);
    });
    this.#socket.on('close', (code) => (this.closeCode = code));
    this.#socket.on('unexpected-response', (_request, response) => {
      this.refused = response;
      response.resume();
    });
    this.#socket.on('error', () => undefined);
    sockets.push(this);
  }

  static async open(forwardedFor: string): Promise<Client> {
    const client = new Client(forwardedFor);
    await eventually(() => client.#socket.readyState === WebSocket.OPEN || client.refused !== null);
    return client;
  }

  static async openAs(subject: string): Promise<Client> {
    const client = await Client.open('');
    client.hello(await cluster.issuer.token(subject));
    await client.answerTo(1);
    return client;
  }

  hello(token: string): void {
    this.send([opcodes.hello, 1, protocolVersion, token, crypto.randomUUID(), 'bare']);
  }
  send(frame: readonly unknown[]): void {
    this.#socket.send(encode(frame));
  }
  close(): void {
    this.#socket.terminate();
  }

  async answerTo(requestId: number): Promise<unknown[]> {
    await eventually(() => this.answers.has(requestId));
    return this.answers.get(requestId)!;
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const addressOf = ({ hostname, port }: URL) => ({ host: hostname, port });

/** Opens a socket through the proxy and drops it; answers the status of the upgrade. */
function knock(forwardedFor: string): Promise<{ status: number; retryAfter: string | undefined }> {
  return new Promise((resolve, reject) => {
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      'x-forwarded-for': forwardedFor,
    };
    const request = http.get({ ...addressOf(new URL(cluster.url)), path: '/ws', headers, agent: false });
    request.on('upgrade', (_response, socket) => {
      socket.destroy();
      resolve({ status: 101, retryAfter: undefined });
    });
    request.on('response', (response) => {
      response.resume();
      resolve({ status: response.statusCode!, retryAfter: response.headers['retry-after'] });
    });
    request.on('error', reject);
  });
}

/** A metric added up over all workers. */
async function metric(name: string): Promise<number> {
  const texts = await Promise.all(
    (await cluster.workers()).map(async ({ admin }) => (await fetch(`http://${admin}/metrics`)).text()),
  );
  const values = texts.map((text) => text.split('\n').find((line) => line.startsWith(`${name} `)));
  return values.reduce((sum, line) => sum + Number(line?.split(' ')[1]), 0);
}

void test('[ACC-6] sends above the rate are refused with the time to wait, after which they succeed', async () => {
  const [ada, bob] = await Promise.all([cluster.connect('ada'), cluster.connect('bob')]);
  const { conversationId: room } = await ada.openDirect(userIdOf(bob));
  ada.close();
  bob.close();
  const client = await Client.openAs('ada');
  const count = limits.sendsBurst + 100;
  const send = (id: number) => {
    const frame: Wire<typeof Send> = [opcodes.send, id, room, keys.next(), 'hi', null, null, [], []];
    client.send(frame);
  };
  for (let id = 2; id < count + 2; id++) send(id);
  await eventually(() => client.answers.size === count + 1);
  const refused = [...client.answers.values()].filter(([opcode]) => opcode === opcodes.error);
  assert.ok(refused.length > 0 && refused.length <= 100, `${refused.length}`);
  for (const [, , code, message, retryAfterMs] of refused) {
    assert.equal(code, 'rate_limited');
    assert.match(message as string, /Wait as long as retryAfterMs says/);
    assert.ok((retryAfterMs as number) > 0);
  }
  // Other kinds have budgets of their own.
  client.send([opcodes.ping, 9_000]);
  assert.equal((await client.answerTo(9_000))[0], opcodes.pong);
  const [, , , , waitMs] = refused.at(-1)!;
  await sleep((waitMs as number) + 5);
  send(9_001);
  assert.equal((await client.answerTo(9_001))[0], opcodes.accepted);
  assert.ok((await metric('skein_limit_refusals_total{kind="sends"}')) >= refused.length);
});

void test(
  '[ACC-6] workers that share a Redis count the sockets of one person together',
  { skip },
  async () => {
    let welcomed = 0;
    let inARow = 0;
    // Each connection may come to either worker: so many refusals in a row are of both.
    while (inARow < 12) {
      const client = await Client.open('');
      client.hello(await cluster.issuer.token('collector'));
      await eventually(() => client.answers.has(1) || client.closeCode !== null);
      if (client.closeCode === null) [welcomed, inARow] = [welcomed + 1, 0];
      else inARow += 1;
    }
    // Apart they would let in twice as many; some may come in before the workers know of each other.
    assert.ok(welcomed >= socketsMax && welcomed <= socketsMax + socketsMax / 2, `${welcomed}`);
  },
);

void test('[ACC-6] an address that opens too many sockets gets 429 and the time to wait; others open theirs', async () => {
  const [crowd, other] = ['203.0.113.7', '203.0.113.8'];
  let opened = 0;
  let refusal: { status: number; retryAfter: string | undefined } | undefined;
  while (!refusal && opened < 10 * limits.connectionsPerAddressBurst) {
    const batch = await Promise.all(Array.from({ length: 50 }, () => knock(crowd)));
    opened += batch.filter(({ status }) => status === 101).length;
    refusal = batch.find(({ status }) => status !== 101);
  }
  assert.ok(opened >= limits.connectionsPerAddressBurst, `${opened}`);
  assert.equal(refusal?.status, 429);
  assert.ok(Number(refusal.retryAfter) >= 1, refusal.retryAfter);
  assert.equal((await knock(other)).status, 101);
  assert.equal((await knock(`${crowd}, ${other}`)).status, 101, 'what a client writes is not believed');
  assert.equal((await knock('')).status, 101, 'the proxy itself is not limited');
  // Connections that two workers let through before they knew of each other are paid back first.
  await eventually(async () => (await knock(crowd)).status === 101);
});

void test('[ACC-6] an address whose tokens are refused again and again opens no more sockets for a while', async () => {
  const guesser = '2001:db8:1:2::7';
  let refusal: Client | undefined;
  let guesses = 0;
  while (!refusal && guesses < 10 * limits.refusedHellosPerAddressBurst) {
    const batch = await Promise.all(Array.from({ length: 10 }, () => Client.open(guesser)));
    // A worker that is busy meanwhile refuses as well, with 503.
    refusal = batch.find(({ refused }) => refused?.statusCode === 429);
    const open = batch.filter(({ refused }) => refused === null);
    for (const client of open) client.hello('guess');
    await eventually(() => open.every(({ closeCode }) => closeCode !== null));
    for (const { closeCode } of open) assert.equal(closeCode, closeCodes.authentication_failed);
    guesses += open.length;
  }
  assert.ok(guesses >= limits.refusedHellosPerAddressBurst, `${guesses}`);
  assert.equal(refusal?.refused?.statusCode, 429);
  const retryAfterS = Number(refusal.refused.headers['retry-after']);
  assert.ok(retryAfterS >= 1, `${retryAfterS}`);
  // Both workers hear of it within a moment.
  const sameSubscriber = () => Client.open('2001:db8:1:2:ffff::8');
  await eventually(async () => (await sameSubscriber()).refused?.statusCode === 429);
  assert.equal((await Client.open('2001:db8:1:3::7')).refused, null, 'another one');
  assert.ok((await metric('skein_limit_refusals_total{kind="refusedHellos"}')) >= 2);
});

void test(
  '[ACC-6] [OPS-5] workers tell whether they share limits, and serve on when Redis is gone',
  { skip },
  async () => {
    const workers = (await cluster.workers()).length;
    const shared = (count: number) => async () => (await metric('skein_limits_shared')) === count;
    await eventually(shared(workers));
    const client = await Client.openAs('cleo');
    await redis!.kill();
    for (let id = 2; id < 52; id++) client.send([opcodes.ping, id]);
    await eventually(() => client.answers.size === 51, { timeoutMs: 10_000 });
    for (const [opcode] of client.answers.values()) assert.notEqual(opcode, opcodes.error);
    await eventually(shared(0));
    assert.equal((await knock('203.0.113.9')).status, 101);
    await redis!.restart();
    await eventually(shared(workers));
  },
);

test('[ACC-6] an address looks at invitations without an account so often, and another one may go on', async () => {
  const url = `${cluster.url}/v1/invitations/${keys.next()}?code=guess`;
  const look = async (forwardedFor: string) =>
    fetch(url, { headers: { 'x-forwarded-for': forwardedFor } }).then(({ status }) => status);
  // Each worker allows the burst until it hears of the others' takes.
  const tries = 3 * limits.glimpsesPerAddressBurst;
  const statuses = new Set<number>();
  for (let i = 0; i < tries; i++) statuses.add(await look('203.0.113.77'));
  assert.deepEqual([...statuses], [404, 429]);
  assert.equal(await look('203.0.113.78'), 404);
});
