// FAULTS 19 on real processes: every client comes back at once, and more greetings come than a worker takes.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { eventually, until } from '../../../protocol/waiting.ts';
import { startPrivateServices, type PrivateServices } from '../../../ops/testing/services.ts';
import { TestCluster, userIdOf } from '../../../ops/testing/test-cluster.ts';
import type { SkeinClient, SocketLike } from '../../../protocol/client/index.ts';
import { closeCodes } from '../../../protocol/close-codes.ts';
import { decode, encode } from '../../../protocol/codec/codec.ts';
import { opcodes } from '../../../protocol/opcodes.ts';
import { protocolVersion } from '../../../protocol/version.ts';
import { rounds } from '../../../protocol/testing/rounds.ts';
import { admissionBounds } from '../admission/bounds.ts';
import { metric, metricByWorker, patiently } from './testing/worker-metrics.ts';

const groupSize = 50;
const groups = rounds(22, 8);

let services: PrivateServices;
let cluster: TestCluster;
const closers: (() => void)[] = [];

before(async () => {
  services = await startPrivateServices();
});

afterEach(async () => {
  for (const close of closers.splice(0)) close();
  await cluster?.stop();
});

after(async () => {
  await services?.stop();
});

interface Person {
  readonly client: SkeinClient;
  /** States after which it would never come back. */
  readonly ends: string[];
  /** Bodies by conversation, in the order of arrival. */
  readonly heard: string[];
  attempts: number;
}

function person(name: string): Person {
  // Many sockets in one process: `ws` takes less memory than the built-in one.
  const openSocket = (url: string) =>
    new WebSocket(url, { perMessageDeflate: false }) as unknown as SocketLike;
  const client = cluster.client(name, { openSocket, receipts: false });
  const made: Person = { client, ends: [], heard: [], attempts: 0 };
  client.on('state', (state) => {
    if (state.name === 'connecting') made.attempts++;
    if (state.name === 'stopped' || state.name === 'signed_out') made.ends.push(state.reason);
  });
  client.on('event', (_room, event) => void (event.type === 'message' && made.heard.push(event.body)));
  closers.push(() => client.close());
  return made;
}

const areOnline = (people: readonly Person[]) => people.every(({ client }) => client.state.name === 'online');

/** A group of all of these, followed by each. */
async function assemble(people: readonly Person[], name: string): Promise<string> {
  const [first, ...others] = people.map(({ client }) => client);
  const { conversationId: room } = await first!.createGroup(others.map(userIdOf), {
    name,
    description: '',
    avatarId: null,
  });
  for (const { client } of people) client.follow(room, { epoch: 1, seq: 0 });
  return room;
}

test('[OFF-2] [DM-4] FAULTS 19: all workers die, a crowd of clients comes back, and nothing is lost', async (context) => {
  cluster = await TestCluster.start({ services, workers: 2 });
  const rooms: { people: Person[]; room: string }[] = [];
  for (let group = 0; group < groups; group++) {
    const people = Array.from({ length: groupSize }, (_, at) => person(`storm_${group}_${at}`));
    for (const { client } of people) client.connect();
    await eventually(() => areOnline(people));
    rooms.push({ people, room: await assemble(people, `Group ${group}`) });
  }
  const everyone = rooms.flatMap(({ people }) => people);
  assert.ok(everyone.length >= rounds(1_000, 400));
  for (const one of everyone) one.attempts = 0;

  const sent = rooms.flatMap(({ people, room }) =>
    people.map(({ client }, at) => client.send(room, `before ${at}`)),
  );
  const before = (await patiently(() => cluster.workers())).map(({ pid }) => pid);
  for (const pid of before) process.kill(pid, 'SIGKILL');
  await eventually(() => everyone.every(({ client }) => client.state.name !== 'online'));
  for (const { people, room } of rooms)
    sent.push(...people.map(({ client }, at) => client.send(room, `while away ${at}`)));

  assert.ok(await until(() => areOnline(everyone)), 'all are back');
  await Promise.all(sent);
  const perGroup = 2 * groupSize;
  const isComplete = () => everyone.every(({ heard }) => heard.length >= perGroup);
  assert.ok(await until(isComplete), 'everyone has everything');

  assert.deepEqual(
    everyone.flatMap(({ ends }) => ends),
    [],
    'nobody gave up',
  );
  for (const { people } of rooms) {
    const [order] = people.map(({ heard }) => heard);
    assert.equal(new Set(order).size, perGroup, 'nothing twice');
    for (const { heard } of people) assert.deepEqual(heard, order);
  }
  const pids = (await patiently(() => cluster.workers())).map(({ pid }) => pid);
  assert.ok(pids.length === 2 && pids.every((pid) => !before.includes(pid)));
  const peaks = [...(await metricByWorker(cluster, 'skein_greetings_under_way_peak')).values()];
  assert.ok(
    peaks.every((peak) => peak > 0 && peak <= admissionBounds.greetingsMax),
    `${peaks}`,
  );
  assert.equal(await metric(cluster, 'skein_greetings_under_way'), 0);
  const attempts = everyone.reduce((sum, one) => sum + one.attempts, 0);
  context.diagnostic(`${everyone.length} clients, ${attempts} attempts, peaks of greetings ${peaks}`);
});

test('FAULTS 19: greetings beyond the bound are sent away with 4250, and those within it are welcomed', async () => {
  cluster = await TestCluster.start({ services, workers: 1 });
  const tooMany = 60;
  const count = admissionBounds.greetingsMax + tooMany;
  const tokens = await Promise.all(
    Array.from({ length: count }, (_, at) => cluster.issuer.token(`burst_${at}`)),
  );
  // The issuer's keys are known then, and the look-up of the profile is all that is left to wait for.
  const first = await Burst.open();
  first.hello(await cluster.issuer.token('burst_first'));
  await eventually(() => first.welcomed);

  const burst = await Promise.all(tokens.map(() => Burst.open()));
  services.postgres.pause();
  burst.forEach((one, at) => one.hello(tokens[at]!));
  const turnedAway = () => burst.filter(({ closeCode }) => closeCode !== null);
  await eventually(() => turnedAway().length === tooMany);
  assert.deepEqual(
    [...new Set(turnedAway().map(({ closeCode }) => closeCode))],
    [closeCodes.try_again_later],
  );
  assert.equal(await metric(cluster, 'skein_greetings_under_way'), admissionBounds.greetingsMax);
  services.postgres.resume();
  await eventually(() => burst.filter(({ welcomed }) => welcomed).length === count - tooMany);
  assert.equal(turnedAway().length, tooMany);
  assert.equal(await metric(cluster, 'skein_greetings_under_way'), 0);
  const again = await Burst.open();
  again.hello(await cluster.issuer.token('burst_0'));
  await eventually(() => again.welcomed);
  const refused = await metric(cluster, 'skein_admission_refusals_total{reason="greetings_full"}');
  assert.equal(refused, tooMany);
});

/** A bare socket that says hello when it is told to. */
class Burst {
  welcomed = false;
  closeCode: number | null = null;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => void (this.welcomed ||= decode(data)[0] === opcodes.welcome));
    socket.on('close', (code) => (this.closeCode = code));
    socket.on('error', () => undefined);
    closers.push(() => socket.terminate());
  }

  static async open(): Promise<Burst> {
    const socket = new WebSocket(`${cluster.url.replace('http', 'ws')}/ws`, { perMessageDeflate: false });
    const burst = new Burst(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return burst;
  }

  hello(token: string): void {
    this.#socket.send(encode([opcodes.hello, 1, protocolVersion, token, crypto.randomUUID(), 'burst']));
  }
}
