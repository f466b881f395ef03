// A worker's journal is made and trimmed by its supervisor, on a real NATS with the rights of both; what a worker may not ask
// is refused, whoever's name it asks in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { Packr } from 'msgpackr';
import { silentLog as log } from '../../../actors/runtime/testing/silent-log.ts';
import { acquireServices, type TestServices } from '../../../ops/testing/services.ts';
import { eventually } from '../../../protocol/waiting.ts';
import { encodeBatch, hashOf, noHash } from '../../../storage/journal/record.ts';
import { JournalStreams } from '../../../storage/journal/streams.ts';
import { openClusterSecret } from '../../cluster-secret.ts';
import { systemTimers as timers } from '../../system-ports.ts';
import { ControlError } from '../control/control.ts';
import { ClusterKv } from '../membership/cluster-kv.ts';
import { memberKey, type MemberRecord } from '../membership/member.ts';
import { Members } from '../membership/members.ts';
import { connectNats } from '../nats.ts';
import { askedKeeper, serveKeeper } from './journal-keeper.ts';
import type { NatsRole } from './nats-table.ts';
import { accessAs } from './nats-users.ts';

const host = 'a.host.with.dots';
const journalBytesMax = 8 * 1024 * 1024;
const packr = new Packr({ useRecords: false });
const incarnation = 'w1';
let services: TestServices;
const closers: (() => unknown)[] = [];

before(async () => {
  services = await acquireServices();
});
after(async () => {
  for (const close of closers.reverse()) await close();
  await services?.stop();
});

async function enter(role: NatsRole): Promise<NatsConnection> {
  const secret = openClusterSecret(services.clusterSecretFile);
  const open = { ...services.natsAccess, credentials: { kind: 'none' } } as const;
  const connection = await connectNats(accessAs(open, role, secret), role);
  closers.push(() => connection.close());
  return connection;
}

test('[OPS-6] a worker gets its journal from the supervisor, and may trim what is in PostgreSQL', async () => {
  const { namespace } = services;
  const [worker, leader, projector] = await Promise.all(
    (['worker', 'leader', 'projector'] as const).map(enter),
  );
  const streams = new JournalStreams(leader!, namespace);
  const kv = await ClusterKv.open(leader!, namespace);
  const members = new Members<MemberRecord>({ kv, kind: 'member', timers, log });
  await members.start();
  closers.push(() => members.stop());
  const options = { connection: leader!, namespace, host, streams, members, journalBytesMax };
  closers.push(serveKeeper(options));
  await leader!.flush();
  const manager = await jetstreamManager(leader!);
  const info = () => manager.streams.info(streams.streamOf(incarnation));
  const keeper = askedKeeper(worker!, namespace, host);

  await assert.rejects(keeper.create(incarnation), /w1 is no member/);
  const own = await ClusterKv.open(worker!, namespace);
  await own.put(memberKey(incarnation), { incarnation, host });
  await keeper.create(incarnation);
  const { config } = await info();
  assert.equal(config.max_bytes, journalBytesMax);

  const client = jetstream(worker!, { checkAPI: false });
  let hash = noHash;
  for (let number = 1; number <= 5; number++) {
    const bytes = encodeBatch(incarnation, number, hash, []);
    await client.publish(streams.subjectOf(incarnation), bytes);
    hash = hashOf(bytes);
  }
  const firstSeq = async () => (await info()).state.first_seq;
  await eventually(() => members.all.has(incarnation));
  await assert.rejects(keeper.trim(incarnation, 3), /not all of that is projected/);
  projector!.publish(streams.projectedSubjectOf(incarnation), packr.pack([incarnation, 3, false]));
  await projector!.flush();
  await eventually(() =>
    keeper.trim(incarnation, 3).then(
      () => true,
      () => false,
    ),
  );
  assert.equal(await firstSeq(), 3);
  for (const beyond of [5, 6, 1_000_000_000])
    await assert.rejects(keeper.trim(incarnation, beyond), ControlError, `${beyond}`);
  assert.equal(await firstSeq(), 3);
  await keeper.trim(incarnation, 4);
  await keeper.trim(incarnation, 2);
  assert.equal(await firstSeq(), 4);

  const asWorker = await jetstreamManager(worker!, { checkAPI: false, timeout: 1_000 });
  await assert.rejects(asWorker.streams.purge(streams.streamOf(incarnation)));
  await assert.rejects(asWorker.streams.delete(streams.streamOf(incarnation)));
  assert.equal((await info()).state.messages, 2);
});
