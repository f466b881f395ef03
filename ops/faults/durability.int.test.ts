// NATS loses what it had acknowledged: the end of a file, a stream, everything. It is noticed before anything is served
// from it, said, and given up only by an operator; what did no harm is recognised as that.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { shardOf } from '../../actors/runtime/address.ts';
import { connectNats } from '../../cluster/fabric/nats.ts';
import { ownerOf } from '../../cluster/fabric/placement/shard-map.ts';
import { JournalStreams } from '../../storage/journal/streams.ts';
import type { ClusterStatus } from '../cli/status.ts';
import { skeinOn } from '../cli/testing/run-skein.ts';
import { signal } from '../embedded/process-tree.ts';
import { eventually } from '../../protocol/waiting.ts';
import { onlyInAll } from '../../protocol/testing/rounds.ts';
import { startPrivateServices, type PrivateServices } from '../testing/services.ts';
import { TestCluster, userIdOf } from '../testing/test-cluster.ts';

let services: PrivateServices;
let cluster: TestCluster;
let ops: ReturnType<typeof skeinOn>;

beforeEach(async () => {
  services = await startPrivateServices();
  cluster = await TestCluster.start({ services });
  ops = skeinOn(services, { SKEIN_STATE_DIR: '/nonexistent' });
});
afterEach(async () => {
  await cluster?.stop();
  await services?.stop();
});

/** A conversation with messages that everyone was told are stored, and the journal that they are in. */
async function chatted({ projected }: { projected: boolean }) {
  const [ada, bob] = await Promise.all([cluster.connect('d_ada'), cluster.connect('d_bob')]);
  const { conversationId: room } = await ada.openDirect(userIdOf(bob));
  bob.follow(room, { epoch: 1, seq: 0 });
  await ada.send(room, 'first');
  await eventually(async () => (await messagesOf(room)) === 1);
  if (!projected) for (const pid of cluster.pidsOf('projector/main.ts')) signal(pid, 'SIGSTOP');
  await Promise.all(Array.from({ length: 60 }, (_, index) => ada.send(room, `text ${index}`)));
  if (projected) await eventually(async () => (await messagesOf(room)) === 61);
  const { incarnation, others } = await ownersOf(room);
  await eventually(() => bob.cursorOf(room)?.seq === 62);
  ada.close();
  bob.close();
  return { room, incarnation, others };
}

async function ownersOf(room: string) {
  const map = (await cluster.shardMap())!;
  const incarnation = ownerOf(map, shardOf(room))!;
  return { incarnation, others: map.workers.filter((each) => each !== incarnation) };
}

async function messagesOf(room: string): Promise<number> {
  const text = 'select count(*)::int4 as count from messages where conversation_id = $1';
  const { rows } = await cluster.database.query<{ count: number }>(text, [room]);
  return rows[0]!.count;
}

/** The end of the history that PostgreSQL has. */
async function headOf(room: string): Promise<number> {
  const text = 'select head_seq::int4 as seq from conversations where conversation_id = $1';
  const { rows } = await cluster.database.query<{ seq: number }>(text, [room]);
  return rows[0]!.seq;
}

/** After a loss: who had seen what stands goes on, and who had seen more is told from where it does not. */
async function resumed(room: string, cut: number): Promise<void> {
  const url = `${cluster.hosts.at(-1)!.url.replace('http', 'ws')}/ws`;
  const [before, beyond] = await Promise.all([
    cluster.connect('d_bob', { url }),
    cluster.connect('d_bob', { url }),
  ]);
  const seen = new Map(
    [before, beyond].map((client) => [client, { resets: [] as number[], seqs: [] as number[] }]),
  );
  for (const [client, { resets, seqs }] of seen) {
    client.on('reset', (_, unchangedTo) => resets.push(unchangedTo));
    client.on('event', (_, { seq }) => seqs.push(seq));
  }
  before.follow(room, { epoch: 1, seq: cut });
  beyond.follow(room, { epoch: 1, seq: 62 });
  const head = await headOf(room);
  const come = Array.from({ length: head - cut }, (_, index) => cut + 1 + index);
  assert.ok(come.length > 0);
  await eventually(() => [before, beyond].every((client) => client.cursorOf(room)?.seq === head));
  assert.deepEqual(seen.get(before), { resets: [], seqs: come });
  assert.deepEqual(seen.get(beyond), { resets: [cut], seqs: come });
  assert.deepEqual(
    [before, beyond].map((client) => client.cursorOf(room)?.epoch),
    [2, 2],
  );
  for (const client of seen.keys()) client.close();
}

/** Everything is killed, NATS's files are changed, and NATS runs again. */
async function whileAllIsDown(change: (streams: string) => void): Promise<void> {
  await cluster.hosts.at(-1)!.kill();
  await services.nats.kill();
  change(path.join(services.natsStore, '$G', 'streams'));
  await services.nats.restart();
}

const folderOf = (streams: string, incarnation: string) =>
  path.join(streams, `${services.namespace}_journal_${incarnation}`);

/** Three bytes of the last record's, as a bad disk would. */
function flipTheEnd(folder: string): void {
  const blocks = readdirSync(path.join(folder, 'msgs')).filter((name) => name.endsWith('.blk'));
  const file = path.join(folder, 'msgs', blocks.sort((a, b) => parseInt(a) - parseInt(b)).at(-1)!);
  const bytes = readFileSync(file);
  for (const back of [40, 41, 42]) bytes[statSync(file).size - back]! ^= 0xff;
  writeFileSync(file, bytes);
}

async function healthOf(url: string): Promise<{ ready: boolean; damaged: readonly string[] }> {
  return (await (await fetch(`${url}/readyz`)).json()) as { ready: boolean; damaged: readonly string[] };
}

const problems = async (): Promise<string> =>
  (await ops.json<ClusterStatus>('status')).problems.map(({ what }) => what).join('\n');

/** On the host that was started last. */
const adaAgain = () =>
  cluster.connect('d_ada', { url: `${cluster.hosts.at(-1)!.url.replace('http', 'ws')}/ws` });

/** Resolves once the loss is said; then gives it up, and resolves once the conversation is served again. */
async function saidAndGivenUp(room: string, incarnation: string): Promise<void> {
  let said = '';
  await eventually(async () => /acknowledged and (is|are) not there/.test((said = await problems())), {
    timeoutMs: 60_000,
    everyMs: 500,
  });
  assert.ok(said.includes(incarnation), said);
  assert.equal((await ops.run('status')).code, 1);
  await eventually(async () => (await healthOf(cluster.hosts.at(-1)!.url)).damaged.includes(incarnation));
  const verified = await ops.run('journal', 'verify');
  assert.equal(verified.code, 1);
  assert.match(verified.out, new RegExp(`${incarnation}: DAMAGED: .*acknowledged and (is|are) not there`));
  assert.equal((await ops.run('journal', 'repair', incarnation, '--yes')).code, 0);
  await eventually(async () => (await cluster.shardMap())?.workers.includes(incarnation) === false);
  const ada = await adaAgain();
  await ada.send(room, 'after it');
  ada.follow(room);
  await eventually(() => ada.cursorOf(room)?.epoch === 2);
  await eventually(async () => (await healthOf(cluster.hosts.at(-1)!.url)).damaged.length === 0);
  ada.close();
}

test('[MSG-2] the end of a journal that NATS drops is noticed, said, and its shards wait for an operator (FAULTS 12, 32)', async () => {
  const { room, incarnation, others } = await chatted({ projected: false });
  await whileAllIsDown((streams) => flipTheEnd(folderOf(streams, incarnation)));
  await cluster.addHost('one');
  // Those of the other worker are served, and those of this one by nobody.
  await eventually(async () => {
    const map = (await cluster.shardMap())!;
    return others.every((each) => !map.workers.includes(each));
  });
  assert.equal((await ownersOf(room)).incarnation, incarnation);
  const cut = await headOf(room);
  await saidAndGivenUp(room, incarnation);
  await eventually(async () => (await headOf(room)) > cut);
  await resumed(room, cut);
});

test(
  '[MSG-2] a journal that NATS does not have any more is noticed, said, and its shards wait for an operator (FAULTS 33)',
  { skip: onlyInAll },
  async () => {
    const { room, incarnation } = await chatted({ projected: false });
    await whileAllIsDown((streams) => rmSync(folderOf(streams, incarnation), { recursive: true }));
    await cluster.addHost('one');
    assert.equal((await ownersOf(room)).incarnation, incarnation);
    await saidAndGivenUp(room, incarnation);
  },
);

test(
  '[MSG-2] all of JetStream may be missing: nothing is served before it is known what was lost, and what is projected is no loss (FAULTS 33, 35)',
  { skip: onlyInAll },
  async () => {
    const { room } = await chatted({ projected: true });
    await whileAllIsDown((streams) => rmSync(path.dirname(streams), { recursive: true }));
    await cluster.addHost('one');
    const ada = await adaAgain();
    await ada.send(room, 'after it');
    ada.close();
    await eventually(async () => (await messagesOf(room)) === 62);
    assert.equal(await problems(), '');
  },
);

test(
  '[MSG-2] a journal that lost what is projected is drained as any other (FAULTS 35)',
  { skip: onlyInAll },
  async () => {
    const { room, incarnation } = await chatted({ projected: true });
    await whileAllIsDown((streams) => flipTheEnd(folderOf(streams, incarnation)));
    await cluster.addHost('one');
    await eventually(async () => (await cluster.shardMap())?.workers.includes(incarnation) === false);
    const ada = await adaAgain();
    await ada.send(room, 'after it');
    ada.close();
    await eventually(async () => (await messagesOf(room)) === 62);
  },
);

test('[MSG-2] a worker whose stream is deleted ends, and its shards are served again when nothing was lost (FAULTS 34)', async () => {
  const { room, incarnation } = await chatted({ projected: true });
  const connection = await connectNats(services.natsAccess, 'test');
  await new JournalStreams(connection, services.namespace).delete(incarnation);
  await connection.close();
  const ada = await adaAgain();
  await ada.send(room, 'after it');
  ada.close();
  assert.equal((await cluster.shardMap())!.workers.includes(incarnation), false);
});
