// Programs that send on and on, open sockets on and on, or ask for far more than they read; on a real cluster. They are
// closed with their code, and others do not notice (ACC-6).
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { eventually } from '../../../protocol/waiting.ts';
import { acquireServices, type TestServices } from '../../../ops/testing/services.ts';
import { TestCluster, userIdOf } from '../../../ops/testing/test-cluster.ts';
import type { SkeinClient } from '../../../protocol/client/index.ts';
import { closeCodes } from '../../../protocol/close-codes.ts';
import { decode, encode } from '../../../protocol/codec/codec.ts';
import { limits } from '../../../protocol/limits.ts';
import { opcodes } from '../../../protocol/opcodes.ts';
import { protocolVersion } from '../../../protocol/version.ts';
import { metric } from './testing/worker-metrics.ts';

const socketsMax = 4;
const workers = 2;

let services: TestServices;
let cluster: TestCluster;
const clients: SkeinClient[] = [];
const sockets: WebSocket[] = [];

before(async () => {
  services = await acquireServices();
  const env = { SKEIN_SOCKETS_PER_USER_MAX: String(socketsMax) };
  cluster = await TestCluster.start({ services, workers, env });
});

after(async () => {
  for (const client of clients) client.close();
  for (const socket of sockets) socket.terminate();
  await cluster?.stop();
  await services?.stop();
});

class Flooder {
  readonly socket: WebSocket;
  answers = 0;
  welcomed = false;
  closeCode: number | null = null;

  private constructor(token: string) {
    this.socket = new WebSocket(`${cluster.url.replace('http', 'ws')}/ws`);
    sockets.push(this.socket);
    const hello = [opcodes.hello, 1, protocolVersion, token, crypto.randomUUID(), 'flood'];
    this.socket.on('open', () => this.socket.send(encode(hello)));
    this.socket.on('message', (data: Buffer) => {
      if (decode(data)[0] === opcodes.welcome) this.welcomed = true;
      else this.answers++;
    });
    this.socket.on('close', (code) => (this.closeCode = code));
    this.socket.on('error', () => undefined);
  }

  static async as(subject: string): Promise<Flooder> {
    const flooder = new Flooder(await cluster.issuer.token(subject));
    await eventually(() => flooder.welcomed || flooder.closeCode !== null);
    return flooder;
  }

  send(frame: readonly unknown[]): void {
    this.socket.send(encode(frame));
  }

  async isClosedWith(code: number): Promise<void> {
    await eventually(() => this.closeCode !== null);
    assert.equal(this.closeCode, code);
  }
}

async function connect(subject: string): Promise<SkeinClient> {
  const client = await cluster.connect(subject);
  clients.push(client);
  return client;
}

void test('[ACC-6] pings without end are answered for a burst, then the socket is closed', async () => {
  const flooder = await Flooder.as('pinger');
  for (let id = 2; id < 50_000; id++) flooder.send([opcodes.ping, id]);
  await flooder.isClosedWith(closeCodes.too_many_frames);
  assert.ok(flooder.answers <= 3 * limits.framesPerSocketBurst, `${flooder.answers}`);
});

void test('[ACC-6] so are pings of the WebSocket itself, and few frames of many bytes', async () => {
  const [pinger, sender] = [await Flooder.as('ws_pinger'), await Flooder.as('sender')];
  for (let count = 0; count < 10_000; count++) pinger.socket.ping();
  await pinger.isClosedWith(closeCodes.too_many_frames);
  const frame = Buffer.alloc(limits.frameBytesMax);
  frame.set(encode([opcodes.ping, 2]));
  const count = (3 * limits.frameBytesPerSocketBurst) / frame.length;
  const large = encode([opcodes.reauthenticate, 2, 'x'.repeat(limits.frameBytesMax - 100)]);
  for (let at = 0; at < count; at++) sender.socket.send(large);
  await eventually(() => sender.closeCode !== null);
  assert.ok(
    [closeCodes.too_many_frames, closeCodes.too_many_errors].includes(sender.closeCode as never),
    `${sender.closeCode}`,
  );
});

void test('[ACC-6] a flooder that comes back again and again is let in no more for a while; others are', async () => {
  let code: number | null = null;
  let floods = 0;
  // Each worker counts by itself, as there is no Redis.
  while (code === null && floods <= workers * limits.floodsPerUserBurst) {
    const flooder = await Flooder.as('mallory');
    if (!flooder.welcomed) code = flooder.closeCode;
    else {
      floods++;
      for (let id = 2; id < 3 * limits.framesPerSocketBurst; id++) flooder.send([opcodes.ping, id]);
      await flooder.isClosedWith(closeCodes.too_many_frames);
    }
  }
  assert.equal(code, closeCodes.too_many_frames);
  assert.ok(floods >= limits.floodsPerUserBurst, `${floods}`);
  assert.equal((await Flooder.as('somebody')).welcomed, true);
});

void test('[ACC-6] of one person’s sockets the newest is refused when there are too many, until one is gone', async () => {
  const open: Flooder[] = [];
  let refused: Flooder | null = null;
  while (!refused && open.length <= workers * socketsMax) {
    const next = await Flooder.as('hoarder');
    if (next.welcomed) open.push(next);
    else refused = next;
  }
  assert.equal(refused?.closeCode, closeCodes.too_many_connections);
  assert.ok(open.length >= socketsMax && open.length <= workers * socketsMax, `${open.length}`);
  assert.ok(open.every(({ closeCode }) => closeCode === null));
  assert.equal((await Flooder.as('another')).welcomed, true);
  for (const { socket } of open) socket.close();
  await eventually(async () => (await Flooder.as('hoarder')).welcomed);
});

/** Reads nothing after its welcome. */
async function openDeaf(token: string): Promise<net.Socket> {
  const { hostname, port } = new URL(cluster.url);
  const socket = net.connect(Number(port), hostname);
  const lines = [
    'GET /ws HTTP/1.1',
    `Host: ${hostname}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  ];
  socket.on('error', () => undefined);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  socket.write(masked([opcodes.hello, 1, protocolVersion, token, crypto.randomUUID(), 'deaf']));
  await new Promise((resolve) => socket.once('data', resolve));
  socket.pause();
  return socket;
}

/** A WebSocket frame whose mask is zero. */
function masked(frame: readonly unknown[]): Buffer {
  const content = encode(frame);
  const head =
    content.length < 126
      ? [0x82, 0x80 | content.length]
      : [0x82, 0xfe, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), content]);
}

void test('[ACC-6] 40 sockets that ask for large pages and read none leave room for a bystander’s requests', async () => {
  const crowd = Array.from({ length: 10 }, (_, at) => `deaf_${at}`);
  const writer = await connect('writer');
  const members = await Promise.all(crowd.map(connect));
  const ids = members.map(userIdOf);
  for (const member of members) member.close();
  const rooms = await Promise.all(
    [1, 2, 3, 4].map(async (number) => {
      const group = { name: `Large ${number}`, description: '', avatarId: null };
      return (await writer.createGroup(ids, group)).conversationId;
    }),
  );
  const body = 'x'.repeat(limits.messageBodyBytesMax - 10);
  for (const room of rooms)
    await Promise.all(
      Array.from({ length: 20 }, (_, at) => writer.send(room, `${at} ${body}`.slice(0, 16_000))),
    );
  const bystander = await connect('bystander');
  // Some of them are at home on the other worker.
  const own = await Promise.all(ids.slice(0, 6).map((id) => bystander.openDirect(id)));
  const tokens = await Promise.all(crowd.map((subject) => cluster.issuer.token(subject)));
  const deaf = (await Promise.all([0, 1, 2, 3].map(() => Promise.all(tokens.map(openDeaf))))).flat();
  const codes: string[] = [];
  const ask = async (request: () => Promise<unknown>) => {
    try {
      await request();
    } catch (error) {
      codes.push((error as { code: string }).code);
    }
  };
  for (const [at, socket] of deaf.entries()) {
    const frames = Array.from({ length: 100 }, (_, id) => {
      const room = rooms[(at + id) % rooms.length];
      return masked([opcodes.history, id + 2, room, 'after', 0, limits.historyPageMax]);
    });
    socket.write(Buffer.concat(frames));
  }
  for (let round = 0; round < 10; round++)
    await Promise.all(
      own.flatMap(({ conversationId }) => [
        ask(() => bystander.mute(conversationId, 0)),
        ask(() => bystander.history(conversationId, 'before', Number.MAX_SAFE_INTEGER)),
      ]),
    );
  for (const socket of deaf) socket.destroy();
  // A worker that has no CPU for its own work refuses some of everybody's, which is another matter.
  const late = await metric(cluster, 'skein_admission_refusals_total{reason="request_overloaded"}');
  if (late === 0) assert.deepEqual(codes, []);
  assert.equal(await metric(cluster, 'skein_bus_dropped_total'), 0);
});
