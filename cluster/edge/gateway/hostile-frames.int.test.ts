// Broken, hostile and stuck clients on a real cluster: they harm nothing beyond their own socket. After each
// test the same worker processes run and two well-behaved people still chat.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import net from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import { eventually, until } from '../../../protocol/waiting.ts';
import { acquireServices, type TestServices } from '../../../ops/testing/services.ts';
import { TestCluster, userIdOf } from '../../../ops/testing/test-cluster.ts';
import { startTokenIssuer } from '../../../ops/testing/token-issuer.ts';
import type { SkeinClient } from '../../../protocol/client/index.ts';
import { closeCodes } from '../../../protocol/close-codes.ts';
import { decode, encode } from '../../../protocol/codec/codec.ts';
import { KeyMaker } from '../../../protocol/ids.ts';
import { limits } from '../../../protocol/limits.ts';
import { opcodes } from '../../../protocol/opcodes.ts';
import { protocolVersion, schemaHash } from '../../../protocol/version.ts';
import { rounds } from '../../../protocol/testing/rounds.ts';
import { chance } from '../../../protocol/testing/seeded-random.ts';

const plain = [null, null, [], []] as const;
const fuzzSeed = 20260417;
const deviceId = crypto.randomUUID();
const keys = new KeyMaker(Date.now);

let services: TestServices;
let cluster: TestCluster;
let workerPids: number[];
let ada: SkeinClient;
let bob: SkeinClient;
let room: string;
/** Bodies that Bob has received. */
const heard: string[] = [];
let silent: RawClient;
const clients: SkeinClient[] = [];
const rawClients: RawClient[] = [];

async function connected(subject: string): Promise<SkeinClient> {
  const client = await cluster.connect(subject);
  clients.push(client);
  return client;
}

before(async () => {
  services = await acquireServices();
  cluster = await TestCluster.start({ services });
  workerPids = cluster.pidsOf('worker/main.ts').sort();
  assert.equal(workerPids.length, 2);
  silent = await RawClient.open();
  [ada, bob] = await Promise.all([connected('ada'), connected('bob')]);
  room = (await ada.openDirect(userIdOf(bob))).conversationId;
  bob.on('event', (_room, event) => void (event.type === 'message' && heard.push(event.body)));
  bob.follow(room, { epoch: 1, seq: 0 });
});

after(async () => {
  for (const client of clients) client.close();
  await cluster?.stop();
  await services?.stop();
});

afterEach(async () => {
  for (const client of rawClients.splice(0)) if (client !== silent) client.close();
  const body = `still here ${crypto.randomUUID()}`;
  await ada.send(room, body);
  assert.ok(await until(() => heard.includes(body)), 'the others still chat');
  assert.deepEqual(cluster.pidsOf('worker/main.ts').sort(), workerPids, 'the same workers run');
});

/** A client without manners: sends any bytes, and keeps what comes. */
class RawClient {
  readonly frames: unknown[][] = [];
  closeCode: number | null = null;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }) => void this.frames.push(decode(new Uint8Array(data as ArrayBuffer)));
    socket.onclose = ({ code }) => (this.closeCode = code);
    rawClients.push(this);
  }

  static async open(): Promise<RawClient> {
    const socket = new WebSocket(`${cluster.url.replace('http', 'ws')}/ws`);
    const client = new RawClient(socket);
    assert.ok(await until(() => socket.readyState === WebSocket.OPEN), 'the socket opens');
    return client;
  }

  /** As this person, welcomed. */
  static async openAs(subject: string, options: { expiresInSeconds?: number } = {}): Promise<RawClient> {
    const client = await RawClient.open();
    client.hello(await cluster.issuer.token(subject, options));
    const welcome = await client.answerTo(1);
    assert.deepEqual([welcome[0], welcome[7]], [opcodes.welcome, schemaHash]);
    return client;
  }

  hello(token: string, version: number = protocolVersion): void {
    this.send([opcodes.hello, 1, version, token, deviceId, 'raw']);
  }
  send(frame: readonly unknown[]): void {
    this.sendBytes(encode(frame));
  }
  sendBytes(data: Uint8Array | string): void {
    this.#socket.send(typeof data === 'string' ? data : Uint8Array.from(data));
  }
  close(): void {
    this.#socket.close();
  }

  /** The first frame that is not skipped and answers this request. */
  async answerTo(requestId: number): Promise<unknown[]> {
    const find = () => this.frames.find((frame) => frame[1] === requestId);
    await until(() => find() !== undefined || this.closeCode !== null);
    return find() ?? assert.fail(`closed with ${this.closeCode} instead of an answer to ${requestId}`);
  }
  async errorTo(requestId: number): Promise<string> {
    const [opcode, , code] = await this.answerTo(requestId);
    assert.equal(opcode, opcodes.error);
    return code as string;
  }
  async closes(): Promise<number> {
    await until(() => this.closeCode !== null);
    return this.closeCode ?? assert.fail('not closed');
  }
  async stays(): Promise<void> {
    this.send([opcodes.ping, 0xffff]);
    assert.equal((await this.answerTo(0xffff))[0], opcodes.pong);
  }
}

async function closeCodeAfter(act: (client: RawClient) => void | Promise<void>): Promise<number> {
  const client = await RawClient.open();
  await act(client);
  return client.closes();
}

void test('FAULTS 25: malformed MessagePack and text end the socket, before and after the greeting', async () => {
  const malformed = [
    [],
    [0xc1],
    [0x92, 0x03],
    [0x93, 0x03, 0x01, 0x01, 0xff],
    [0x81, 0xa1, 0x61, 0x01],
    [0xd4, 0x01, 0x00],
  ];
  const nested = new Array<number>(50_000).fill(0x91);
  const bomb = [0x92, 0x03, 0xdd, 0xff, 0xff, 0xff, 0xff];
  const attempts = [...malformed, nested, bomb, [0xa2, 0x68, 0x69], [0x07]];
  const before = attempts.map((bytes) =>
    closeCodeAfter((client) => client.sendBytes(Uint8Array.from(bytes))),
  );
  const after = attempts.map(async (bytes) => {
    const client = await RawClient.openAs('mallory');
    client.sendBytes(Uint8Array.from(bytes));
    return client.closes();
  });
  const text = closeCodeAfter((client) => client.sendBytes('["hello"]'));
  for (const code of await Promise.all([...before, ...after, text]))
    assert.equal(code, closeCodes.malformed_frame);
});

void test('FAULTS 26: a frame above the limit ends the socket with the code that says so, a huge one at once', async () => {
  const large = closeCodeAfter((client) => client.sendBytes(new Uint8Array(limits.frameBytesMax + 1)));
  const huge = closeCodeAfter((client) => client.sendBytes(new Uint8Array(4 * 1024 * 1024)));
  assert.equal(await large, closeCodes.frame_too_large);
  assert.equal(await huge, 1006);
  const client = await RawClient.openAs('mallory');
  const body = 'x'.repeat(limits.frameBytesMax - 200);
  client.send([opcodes.send, 2, room, keys.next(), body, ...plain]);
  assert.equal(await client.errorTo(2), 'conversation_not_found', 'just below the limit it is a frame');
});

void test('an unknown opcode or a wrong field is answered with an error, and the socket stays', async () => {
  const client = await RawClient.openAs('mallory');
  client.send([99, 2]);
  assert.equal(await client.errorTo(2), 'unknown_opcode');
  client.send([opcodes.welcome, 3]);
  assert.equal(await client.errorTo(3), 'unknown_opcode');
  client.send([opcodes.send, 4, room, keys.next(), 'body', 'no key', null, [], []]);
  assert.equal(await client.errorTo(4), 'invalid_frame');
  client.send([opcodes.history, 5, room, 'sideways', 1, 10]);
  assert.equal(await client.errorTo(5), 'invalid_frame');
  client.send([opcodes.subscribe, 6, new Array(limits.subscribeBatchMax + 1).fill([room, 1, 1])]);
  assert.equal(await client.errorTo(6), 'invalid_frame');
  await client.stays();
});

void test('a text that PostgreSQL could never store is refused before it is journaled', async () => {
  await assert.rejects(ada.send(room, 'a NUL \0 inside'), { code: 'invalid_frame' });
  const client = await RawClient.openAs('mallory');
  client.send([opcodes.registerDevice, 2, deviceId, 'a\0b', new Uint8Array(32)]);
  assert.equal(await client.errorTo(2), 'invalid_frame');
  await client.stays();
});

void test('[ACC-2] anything before the greeting, or while it is under way, ends the socket', async () => {
  const attempts = [
    [opcodes.ping, 1],
    [opcodes.send, 1, room, keys.next(), 'hi', ...plain],
    [opcodes.reauthenticate, 1, 'token'],
    [opcodes.hello, 1, 'one', 'token', deviceId, ''],
    [99, 1],
  ];
  const codes = attempts.map((frame) => closeCodeAfter((client) => client.send(frame)));
  for (const code of await Promise.all(codes)) assert.equal(code, closeCodes.hello_expected);
  const hurried = await RawClient.open();
  hurried.hello(await cluster.issuer.token('mallory'));
  hurried.send([opcodes.ping, 2]);
  const isAnswered = () => hurried.frames.some(([, requestId]) => requestId === 2);
  await eventually(() => hurried.closeCode !== null || isAnswered());
  // The network decides whether the second frame comes while the token is still being checked.
  if (isAnswered())
    assert.equal(hurried.frames[0]![0], opcodes.welcome, 'nothing is answered before the welcome');
  else assert.equal(hurried.closeCode, closeCodes.hello_expected);
});

void test('[ACC-2] a token that is forged, expired, for another audience or of another issuer is refused', async () => {
  const stranger = await startTokenIssuer();
  const good = await cluster.issuer.token('ada');
  const [head, claims, signature] = good.split('.') as [string, string, string];
  const payload = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object;
  const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const refused: Record<string, string> = {
    garbage: 'garbage',
    'three parts of nothing': 'a.b.c',
    expired: await cluster.issuer.token('ada', { expiresInSeconds: -60 }),
    'another audience': await cluster.issuer.token('ada', { audience: 'elsewhere' }),
    'another issuer': await stranger.token('ada'),
    'another subject under the same signature': [head, base64({ ...payload, sub: 'bob' }), signature].join(
      '.',
    ),
    'no signature': [base64({ alg: 'none' }), claims, ''].join('.'),
    'keys of another issuer': [
      ...(await stranger.token('ada')).split('.').slice(0, 1),
      claims,
      ...(await stranger.token('ada')).split('.').slice(2),
    ].join('.'),
  };
  const codes = Object.entries(refused).map(async ([what, token]) => {
    assert.equal(
      await closeCodeAfter((client) => client.hello(token)),
      closeCodes.authentication_failed,
      what,
    );
  });
  await Promise.all(codes);
  stranger.close();
});

void test('another protocol version is refused', async () => {
  const token = await cluster.issuer.token('ada');
  for (const version of [0, protocolVersion + 1, 65_535])
    assert.equal(
      await closeCodeAfter((client) => client.hello(token, version)),
      closeCodes.unsupported_version,
    );
});

void test('a second hello is an error, and the socket stays who it was', async () => {
  const client = await RawClient.openAs('mallory');
  client.send([opcodes.hello, 2, protocolVersion, await cluster.issuer.token('ada'), deviceId, 'raw']);
  assert.equal(await client.errorTo(2), 'already_authenticated');
  client.send([opcodes.history, 3, room, 'after', 0, 10]);
  assert.equal(await client.errorTo(3), 'conversation_not_found');
  await client.stays();
});

void test('too many refused frames end the socket, whatever is wrong with them', async () => {
  const wrong = [[99], [opcodes.ping, 'more'], [opcodes.hello, protocolVersion, 'token', deviceId, 'raw']];
  for (const [opcode, ...fields] of wrong) {
    const client = await RawClient.openAs('mallory');
    for (let id = 2; id <= limits.refusedFramesMax + 2; id++) client.send([opcode, id, ...fields]);
    assert.equal(await client.closes(), closeCodes.too_many_errors);
    const errors = client.frames.filter((frame) => frame[0] === opcodes.error);
    assert.equal(errors.length, limits.refusedFramesMax + 1);
  }
});

void test('[ACC-6] above the rate a request is refused with the time to wait', async () => {
  const floods: [burst: number, frame: (id: number) => unknown[]][] = [
    [limits.sendsBurst, (id) => [opcodes.send, id, room, keys.next(), 'hi', ...plain]],
    [limits.requestsBurst, (id) => [opcodes.reauthenticate, id, 'garbage']],
  ];
  for (const [at, [burst, frame]] of floods.entries()) {
    const client = await RawClient.openAs(`hasty${at}`);
    const count = 2 * burst;
    for (let id = 2; id < count + 2; id++) client.send(frame(id));
    assert.ok(await until(() => client.frames.length > count));
    const limited = client.frames.filter((answer) => answer[2] === 'rate_limited');
    assert.ok(limited.length > 0 && limited.length <= burst, `${limited.length} of ${count} were limited`);
    for (const [, , , , waitMs] of limited as [number, number, string, string, number][])
      assert.ok(waitMs > 0 && waitMs <= 1_000, `${waitMs}`);
  }
});

void test('[ACC-2] to someone who is no member a conversation does not exist', async () => {
  const client = await RawClient.openAs('mallory');
  client.send([opcodes.history, 2, room, 'after', 0, 100]);
  client.send([opcodes.send, 3, room, keys.next(), 'let me in', ...plain]);
  client.send([opcodes.cursor, 4, room, 1, 1]);
  client.send([
    opcodes.subscribe,
    5,
    [
      [room, 1, 0],
      [userIdOf(ada), 0, null],
    ],
  ]);
  client.send([opcodes.history, 6, crypto.randomUUID(), 'after', 0, 100]);
  client.send([opcodes.audit, 7, room, null, 10]);
  for (const id of [2, 3, 4, 6, 7])
    assert.equal(await client.errorTo(id), 'conversation_not_found', `request ${id}`);
  const [, , results] = (await client.answerTo(5)) as [number, number, unknown[][]];
  for (const result of results)
    assert.deepEqual([result[0], result[2]], ['refused', 'conversation_not_found']);
  const marker = `not for others ${crypto.randomUUID()}`;
  await ada.send(room, marker);
  assert.ok(await until(() => heard.includes(marker)));
  await client.stays();
  assert.ok(!client.frames.some(([opcode]) => opcode === opcodes.event || opcode === opcodes.page));
});

void test('[ACC-2] a token that ends can be renewed in place; without that the socket is closed', async () => {
  const [renewing, lapsing] = await Promise.all([
    RawClient.openAs('mallory', { expiresInSeconds: 3 }),
    RawClient.openAs('mallory', { expiresInSeconds: 3 }),
  ]);
  const asked = () => renewing.frames.some(([opcode]) => opcode === opcodes.reauthenticateSoon);
  assert.ok(await until(asked), 'asked for a new token');
  const renewals: [id: number, token: string, expected: string][] = [
    [2, await cluster.issuer.token('ada'), 'token_of_other_user'],
    [3, await cluster.issuer.token('mallory', { expiresInSeconds: -60 }), 'unauthenticated'],
    [4, 'garbage', 'unauthenticated'],
  ];
  for (const [id, token, expected] of renewals) {
    renewing.send([opcodes.reauthenticate, id, token]);
    assert.equal(await renewing.errorTo(id), expected);
  }
  renewing.send([opcodes.reauthenticate, 5, await cluster.issuer.token('mallory')]);
  assert.equal((await renewing.answerTo(5))[0], opcodes.done);
  assert.equal(await lapsing.closes(), closeCodes.reauthenticate);
  await renewing.stays();
});

/** A WebSocket by hand on a bare TCP socket, which can stop reading as a stuck program does. */
class StuckClient {
  readonly #socket: net.Socket;
  receivedBytes = 0;
  ended = false;

  constructor() {
    const { hostname, port } = new URL(cluster.url);
    const key = randomBytes(16).toString('base64');
    this.#socket = net.connect(Number(port), hostname);
    this.#socket.on('data', (data) => (this.receivedBytes += data.length));
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => (this.ended = true));
    const headers = `host: ${hostname}\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13`;
    this.#socket.write(`GET /ws HTTP/1.1\r\n${headers}\r\nsec-websocket-key: ${key}\r\n\r\n`);
  }
  /** Something arrives after what has. */
  async hears(): Promise<void> {
    const seen = this.receivedBytes;
    assert.ok(await until(() => this.receivedBytes > seen), 'no answer');
  }
  /** A masked binary frame of up to 64 KiB; a mask of zeros changes nothing. */
  send(frame: readonly unknown[]): void {
    const bytes = encode(frame);
    const header = Buffer.from([0x82, 0x80 | 126, bytes.length >> 8, bytes.length & 0xff, 0, 0, 0, 0]);
    this.#socket.write(Buffer.concat([header, bytes]));
  }
  pause(): void {
    this.#socket.pause();
  }
  resume(): void {
    this.#socket.resume();
  }
}

async function openSockets(): Promise<number> {
  const workers = await cluster.workers();
  const texts = await Promise.all(
    workers.map(async ({ admin }) => (await fetch(`http://${admin}/metrics`)).text()),
  );
  return texts.reduce((sum, text) => sum + Number(/^skein_sockets (\d+)$/m.exec(text)?.[1] ?? Number.NaN), 0);
}

void test('[OFF-5] FAULTS 18: a client that stops reading is cut off, and resumes without a loss', async () => {
  const peers = await Promise.all(Array.from({ length: 10 }, (_, at) => connected(`peer${at}`)));
  const slow = await connected('slow');
  const rooms = await Promise.all(
    peers.map(async (peer) => (await peer.openDirect(userIdOf(slow))).conversationId),
  );
  slow.close();
  await silent.closes();
  const others = 2 + peers.length;
  assert.ok(await until(async () => (await openSockets()) === others));

  const stuck = new StuckClient();
  await stuck.hears();
  stuck.send([opcodes.hello, 1, protocolVersion, await cluster.issuer.token('slow'), deviceId, 'stuck']);
  await stuck.hears();
  stuck.send([opcodes.subscribe, 2, rooms.map((id) => [id, 0, null])]);
  await stuck.hears();
  stuck.pause();

  const perRoom = 150;
  const body = 'x'.repeat(limits.messageBodyBytesMax - 10);
  const sends = peers.flatMap((peer, at) =>
    Array.from({ length: perRoom }, (_, number) =>
      peer.send(rooms[at]!, `${number} ${body}`.slice(0, 16_000)),
    ),
  );
  await Promise.all(sends);
  assert.ok(await until(async () => (await openSockets()) === others), 'cut off while it does not read');
  stuck.resume();
  assert.ok(await until(() => stuck.ended), 'the connection is over');
  const sentBytes = peers.length * perRoom * 16_000;
  assert.ok(
    stuck.receivedBytes < sentBytes / 2,
    `${stuck.receivedBytes} of ${sentBytes} bytes had been kept for it`,
  );

  const received = new Map<string, string[]>(rooms.map((id) => [id, []]));
  const resumed = cluster.client('slow');
  clients.push(resumed);
  resumed.on(
    'event',
    (id, event) => void (event.type === 'message' && received.get(id)!.push(event.body.split(' ')[0]!)),
  );
  for (const id of rooms) resumed.follow(id, { epoch: 1, seq: 1 });
  resumed.connect();
  const complete = () => [...received.values()].every((numbers) => numbers.length >= perRoom);
  assert.ok(await until(complete), 'everything arrives');
  const expected = Array.from({ length: perRoom }, (_, number) => `${number}`);
  for (const numbers of received.values()) assert.deepEqual(numbers, expected);
});

const randomFrames = rounds(1_000, 200);
void test(`FAULTS 25: ${randomFrames} random frames (seed ${fuzzSeed}) hurt nobody`, async () => {
  const next = chance(fuzzSeed);
  const token = await cluster.issuer.token('mallory');
  let client: RawClient | null = null;
  let sockets = 0;
  for (let sent = 0; sent < randomFrames; sent++) {
    if (client === null || client.closeCode !== null) {
      client = await RawClient.open();
      sockets++;
      if (next() < 0.8) {
        client.hello(token);
        await client.answerTo(1);
      }
    }
    client.sendBytes(randomFrame(next));
    if (sent % 4 > 0) continue;
    const present = client;
    const seen = present.frames.length;
    present.send([opcodes.ping, 7]);
    const reacted = () => present.frames.length > seen || present.closeCode !== null;
    assert.ok(await until(reacted, { everyMs: 2 }), `no answer and no close after frame ${sent}`);
  }
  assert.ok(sockets > randomFrames / 50, `${sockets} sockets`);
});

/** Bytes of any kind, or a request with fields of any kind. */
function randomFrame(next: () => number): Uint8Array {
  if (next() < 0.1)
    return Uint8Array.from({ length: Math.floor(next() * 200) }, () => Math.floor(next() * 256));
  const requests = Object.values(opcodes).filter((opcode) => opcode < 64 && opcode !== opcodes.hello);
  const opcode = next() < 0.9 ? requests[Math.floor(next() * requests.length)]! : Math.floor(next() * 256);
  const fields = Array.from({ length: Math.floor(next() * 5) }, () => randomField(next, 0));
  return encode([opcode, 2 + Math.floor(next() * 1_000), ...fields]);
}

function randomField(next: () => number, depth: number): unknown {
  const fields: (() => unknown)[] = [
    () => null,
    () => Math.floor(next() * 100),
    () => (next() - 0.5) * 2 ** 60,
    () => 'x'.repeat(Math.floor(next() * 300)),
    () => room,
    () => keys.next(),
    () => crypto.randomUUID(),
    () => new Uint8Array(32),
    () => (next() < 0.5 ? 'before' : 'after'),
    () => Array.from({ length: depth > 3 ? 0 : Math.floor(next() * 4) }, () => randomField(next, depth + 1)),
  ];
  return fields[Math.floor(next() * fields.length)]!();
}

void test('a socket that says nothing is closed in time', async () => {
  assert.equal(await silent.closes(), closeCodes.authentication_timeout);
});
