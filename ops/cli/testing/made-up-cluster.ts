// A cluster's state for tests of what follows from it: two hosts with two workers each, all well, unless said otherwise.
import { bounds } from '../../../actors/runtime/bounds.ts';
import { roles } from '../../../cluster/config.ts';
import { noIntent, placeOf } from '../../../cluster/fabric/operations/intent.ts';
import { emptyShardMap, reassign } from '../../../cluster/fabric/placement/shard-map.ts';
import type { Member } from '../cluster/facts.ts';
import type { ClusterSnapshot, JournalFacts } from '../cluster/snapshot.ts';

export function madeUpMember(host: string, number: number, about: Partial<Member> = {}): Member {
  return {
    incarnation: `w-${host}-${number}`,
    host,
    place: placeOf(host, number),
    roles,
    pid: 100 + number,
    startedAtMs: 1_000,
    weight: 1,
    admin: '127.0.0.1:9000',
    renewal: 1,
    silentMs: 100,
    ...about,
  };
}

export function madeUpJournal(incarnation: string, about: Partial<JournalFacts> = {}): JournalFacts {
  return {
    incarnation,
    records: 10,
    bytes: 1_000,
    lastRecord: 10,
    sealed: false,
    projected: 10,
    createdAtMs: 0,
    ...about,
  };
}

export function madeUpCluster(about: Partial<ClusterSnapshot> = {}): ClusterSnapshot {
  const members = ['one', 'two'].flatMap((host) => [madeUpMember(host, 1), madeUpMember(host, 2)]);
  const owners = Array.from(
    { length: bounds.shardCount },
    (_, shard) => members[shard % members.length]!.incarnation,
  );
  return {
    atMs: 61_000,
    hosts: ['one', 'two'].map((host) => ({
      host,
      pid: 1,
      startedAtMs: 1_000,
      roles,
      workers: 2,
      silentMs: 100,
    })),
    members,
    projectors: [{ id: 'p1', host: 'one', pid: 50, admin: '127.0.0.1:9001', silentMs: 100 }],
    leader: { host: 'one', term: 3, silentMs: 100 },
    map: reassign(emptyShardMap, owners),
    intent: noIntent,
    journals: members.map(({ incarnation }) => madeUpJournal(incarnation)),
    unfinished: [],
    postgresDown: null,
    ...about,
  };
}
