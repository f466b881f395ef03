// The leader on a real NATS, at moments that it has to get right.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { NatsConnection } from '@nats-io/transport-node';
import { eventually } from '../../../protocol/waiting.ts';
import { acquireServices, type TestServices } from '../../../ops/testing/services.ts';
import { journalEnded } from '../../../storage/journal/seal.ts';
import { JournalStreams } from '../../../storage/journal/streams.ts';
import { ClusterKv } from '../membership/cluster-kv.ts';
import { memberKey, type MemberRecord } from '../membership/member.ts';
import { Members } from '../membership/members.ts';
import { connectNats } from '../nats.ts';
import { shardMapKey, type ShardMap } from '../placement/shard-map.ts';
import { systemClock as clock, systemTimers as timers } from '../../system-ports.ts';
import { Leader } from './leader.ts';
import { silentLog } from '../../../actors/runtime/testing/silent-log.ts';

let services: TestServices;
let connection: NatsConnection;
let kv: ClusterKv;

before(async () => {
  services = await acquireServices();
  connection = await connectNats(services.natsAccess, 'test');
  kv = await ClusterKv.open(connection, services.namespace);
});
after(async () => {
  await connection?.close();
  await services?.stop();
});

const recordOf = (incarnation: string): MemberRecord => ({
  incarnation,
  host: 'a',
  place: `a/${incarnation}`,
  roles: ['actors'],
  pid: 1,
  startedAtMs: 0,
  weight: 1,
  admin: '',
  renewal: 1,
});

/** Journals that somebody gains one of whenever they are listed. */
class SlowlyListedStreams extends JournalStreams {
  beforeListed: () => Promise<void> = () => Promise.resolve();
  looks = 0;

  override async list(): Promise<string[]> {
    await this.beforeListed();
    this.looks++;
    return super.list();
  }
}

test('[OPS-4] who joins while the leader looks is not taken for dead', async (t) => {
  const { namespace } = services;
  const streams = new SlowlyListedStreams(connection, namespace);
  const members = new Members<MemberRecord>({ kv, kind: 'member', timers, log: silentLog });
  await members.start();
  t.after(() => members.stop());
  const joined: string[] = [];
  // After the leader has told the living from the dead, and before it looks whose journals there are.
  streams.beforeListed = async () => {
    if (joined.length === 3) return;
    const incarnation = `w${joined.length + 1}`;
    await kv.put(memberKey(incarnation), recordOf(incarnation));
    await eventually(() => members.all.has(incarnation));
    // Another one has only just joined, and makes its journal later.
    if (incarnation !== 'w2') await streams.create(incarnation);
    joined.push(incarnation);
  };
  const workersExpected = 0;
  const options = { connection, namespace, kv, members, streams, clock, timers, log: silentLog };
  // No projector runs here: there is nothing in PostgreSQL.
  const asked = connection.subscribe(streams.unfinishedSubject, {
    callback: (_error, message) => void message.respond('[]'),
  });
  t.after(() => asked.unsubscribe());
  const leader = new Leader({ ...options, id: 'a', workersExpected });
  await leader.start();
  t.after(() => leader.stop());
  await eventually(async () => {
    const map = await kv.get<ShardMap>(shardMapKey);
    return map?.value.workers.includes('w1') === true && streams.looks > joined.length + 3;
  });
  for (const incarnation of joined) assert.ok(await kv.get(memberKey(incarnation)), `${incarnation} is gone`);
  for (const incarnation of ['w1', 'w3']) assert.equal(await journalEnded(streams, incarnation), null);
  assert.equal(leader.totals.takeovers.sealed, 0);
});
