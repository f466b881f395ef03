// Sockets are sent elsewhere on real processes: by an operator's drain, evenly and without a request that fails, and
// quickly when a process ends.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { WebSocket } from 'ws';
import { eventually, until } from '../../../protocol/waiting.ts';
import { violations } from '../../../bench/verify/history.ts';
import { Load } from '../../../bench/verify/load.ts';
import { acquireServices, type TestServices } from '../../../ops/testing/services.ts';
import { TestCluster } from '../../../ops/testing/test-cluster.ts';
import type { SkeinClient, SocketLike } from '../../../protocol/client/index.ts';
import { closeCodes } from '../../../protocol/close-codes.ts';
import { decode, encode } from '../../../protocol/codec/codec.ts';
import { KeyMaker } from '../../../protocol/ids.ts';
import { opcodes } from '../../../protocol/opcodes.ts';
import { protocolVersion } from '../../../protocol/version.ts';
import { ClusterKv } from '../../fabric/membership/cluster-kv.ts';
import type { MemberRecord } from '../../fabric/membership/member.ts';
import { connectNats } from '../../fabric/nats.ts';
import { changeIntent } from '../../fabric/operations/intent-store.ts';
import { drained, undrained, type Intent } from '../../fabric/operations/intent.ts';
import { metric, metricByWorker, patiently } from './testing/worker-metrics.ts';

const pairs = 60;
const messagesPerSecond = 500;
const keys = new KeyMaker(Date.now);

let services: TestServices;
let cluster: TestCluster;
let connection: NatsConnection;
let kv: ClusterKv;
/** Reasons for which each lost its connection, in order. */
const lost = new Map<SkeinClient, string[]>();
/** Clients that would never come back. */
const ended = new Set<SkeinClient>();
let load: Load;
const bare: BareSocket[] = [];

/** A socket without the SDK's repeats, with one request under way that takes two seconds to be answered. */
class BareSocket {
  closeCode: number | null = null;
  readonly answers: unknown[][] = [];
  readonly #socket: WebSocket;

  constructor(token: string) {
    this.#socket = new WebSocket(`${cluster.url.replace('http', 'ws')}/ws`, { perMessageDeflate: false });
    const hello = [opcodes.hello, 1, protocolVersion, token, crypto.randomUUID(), 'bare'];
    this.#socket.on('open', () => this.#socket.send(encode(hello)));
    // Frames after the close frame are not for this side any more.
    this.#socket.on('message', (data: Buffer) => void this.answers.push(decode(data)));
    this.#socket.on('close', (code) => (this.closeCode = code));
    this.#socket.on('error', () => undefined);
    bare.push(this);
  }

  get isWelcomed(): boolean {
    return this.answers.some(([opcode]) => opcode === opcodes.welcome);
  }
  /** Waits on the server for a predecessor that never comes. */
  askSlowly(room: string): void {
    this.#socket.send(encode([opcodes.send, 2, room, keys.next(), 'late', keys.next(), null, [], []]));
  }
  get slowAnswer(): unknown {
    return this.answers.find(([, id]) => id === 2)?.[2];
  }
  close(): void {
    this.#socket.terminate();
  }
}

before(async () => {
  services = await acquireServices();
  cluster = await TestCluster.start({ services, workers: 2 });
  connection = await connectNats(services.natsAccess, 'drain test');
  kv = await ClusterKv.open(connection, services.namespace);
  load = await chattingPairs();
});

after(async () => {
  load?.close();
  for (const socket of bare) socket.close();
  await connection?.close();
  await cluster?.stop();
  await services?.stop();
});

async function chattingPairs(): Promise<Load> {
  const openSocket = (url: string) =>
    new WebSocket(url, { perMessageDeflate: false }) as unknown as SocketLike;
  const started = await Load.start(cluster, { pairs, rate: messagesPerSecond, client: { openSocket } });
  started.stopSending();
  for (const { client } of started.seats) {
    client.on('state', (state) => {
      if (state.name === 'waiting') lost.set(client, [...(lost.get(client) ?? []), state.reason]);
      if (state.name === 'stopped' || state.name === 'signed_out') ended.add(client);
    });
  }
  return started;
}

const wish = (change: (intent: Intent) => Intent) => patiently(() => changeIntent(kv, change));
const allOnline = () => load.seats.every(({ client }) => client.state.name === 'online');
const socketsOf = async ({ incarnation }: MemberRecord) =>
  (await metricByWorker(cluster, 'skein_sockets')).get(incarnation) ?? 0;
const drainingOf = async ({ incarnation }: MemberRecord) =>
  (await metricByWorker(cluster, 'skein_gateway_draining')).get(incarnation);

/** Everyone has seen everything, once and in order, and nobody was refused a message. */
async function assertNothingLost(): Promise<void> {
  await load.settle();
  assert.deepEqual(violations(await load.history()), []);
  assert.deepEqual(load.refused, []);
}

void test('[OPS-6] a drained worker sends its sockets elsewhere, a few at a time, and no request fails', async () => {
  const [worker, other] = await patiently(() => cluster.workers());
  // On both workers; those on the one that is drained must get their answers before they go.
  const someone = load.pairs.slice(0, 40);
  const tokens = await Promise.all(someone.map(({ userId }) => cluster.issuer.token(load.subjectOf(userId))));
  const sockets = tokens.map((token) => new BareSocket(token));
  await eventually(() => sockets.every(({ isWelcomed }) => isWelcomed));
  const before = await socketsOf(worker!);
  assert.ok(before > 10 && (await socketsOf(other!)) > 10, `${before}`);
  load.startSending();
  sockets.forEach((socket, at) => socket.askSlowly(someone[at]!.conversationId));

  await wish((intent) => drained(intent, worker!.place, { sinceMs: Date.now(), overMs: 4_000 }));
  const left = new Set<number>();
  const isEmpty = async () => {
    const now = await socketsOf(worker!);
    left.add(now);
    return now === 0;
  };
  assert.ok(await until(isEmpty, { everyMs: 50 }), 'nobody is left');
  // Not all at once: the count was seen on its way down.
  assert.ok([...left].filter((count) => count > 0 && count < before).length >= 3, `${[...left]}`);
  assert.ok(await until(allOnline), 'everyone is elsewhere');
  await load.goesOnEverywhere(1);
  load.stopSending();
  assert.equal(await socketsOf(worker!), 0);
  const moved = [...lost.values()].filter((reasons) => reasons.includes('going_away'));
  assert.ok(moved.length > 5, `${moved.length}`);
  assert.equal(ended.size, 0);

  await eventually(() => sockets.every(({ slowAnswer }) => slowAnswer !== undefined));
  const closed = sockets.filter(({ closeCode }) => closeCode !== null);
  assert.ok(closed.length > 0);
  assert.deepEqual([...new Set(closed.map(({ closeCode }) => closeCode))], [closeCodes.going_away]);
  for (const { slowAnswer } of sockets) assert.equal(slowAnswer, 'predecessor_missing');
  assert.ok((await metric(cluster, 'skein_gateway_drained_total')) >= moved.length);
  await assertNothingLost();
});

void test('[OPS-6] undrained, a worker takes sockets again; a drain that is ended closes nobody more', async () => {
  const workers = await patiently(() => cluster.workers());
  const isDraining = await metricByWorker(cluster, 'skein_gateway_draining');
  const worker = workers.find(({ incarnation }) => isDraining.get(incarnation) === 1)!;
  await wish((intent) => undrained(intent, worker.place));
  await eventually(async () => (await metric(cluster, 'skein_gateway_draining')) === 0);
  const token = await cluster.issuer.token('newcomer');
  const newcomers = async () => {
    new BareSocket(token);
    return (await socketsOf(worker)) >= 5;
  };
  assert.ok(await until(newcomers), 'newcomers reach it again');

  const [other] = workers.filter(({ incarnation }) => incarnation !== worker.incarnation);
  const before = await socketsOf(other!);
  assert.ok(before > 20);
  const drainedBefore = await metric(cluster, 'skein_gateway_drained_total');
  const drainedNow = async () => (await metric(cluster, 'skein_gateway_drained_total')) - drainedBefore;
  await wish((intent) => drained(intent, other!.place, { sinceMs: Date.now(), overMs: 600_000 }));
  await eventually(async () => (await drainedNow()) >= 1);
  await wish((intent) => undrained(intent, other!.place));
  await eventually(async () => (await drainingOf(other!)) === 0);
  const count = await drainedNow();
  assert.ok(count < before / 2, `${count} of ${before}`);
  await delay(1_500);
  assert.equal(await drainedNow(), count, 'nobody more was sent away');
  await eventually(allOnline);
});

void test('[OPS-6] a process that ends sends everyone elsewhere first, and ends in time', async () => {
  load.startSending();
  const sockets = await metricByWorker(cluster, 'skein_sockets');
  const workers = await patiently(() => cluster.workers());
  const [worker] = workers.sort((a, b) => sockets.get(b.incarnation)! - sockets.get(a.incarnation)!);
  lost.clear();
  const pids = cluster.pidsOf('worker/main.ts');
  process.kill(worker!.pid, 'SIGTERM');
  await eventually(() => !cluster.pidsOf('worker/main.ts').includes(worker!.pid));
  await eventually(() => cluster.pidsOf('worker/main.ts').length === pids.length);
  assert.ok(await until(allOnline));
  load.stopSending();
  const reasons = new Set([...lost.values()].flat());
  assert.ok(reasons.has('going_away'));
  assert.deepEqual(cluster.errors, []);
  await assertNothingLost();
});
