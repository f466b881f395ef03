// The cluster's state as the CLI sees it at one moment: who is there, who owns what, what operators want, and how far
// each journal is in PostgreSQL. Reading only; what follows from it is in facts.ts and problems.ts.
//
// Whether someone lives is judged by the age of their last renewal on NATS's own clock: the CLI's may be wrong, and it
// has not been watching.
import type { HostRecord } from '../../../cluster/processes/supervisor/host-name.ts';
import type { MemberRecord } from '../../../cluster/fabric/membership/member.ts';
import { intentKey, noIntent, type Intent } from '../../../cluster/fabric/operations/intent.ts';
import { emptyShardMap, shardMapKey, type ShardMap } from '../../../cluster/fabric/placement/shard-map.ts';
import { projectorKind, type ProjectorRecord } from '../../../cluster/processes/projector/share.ts';
import { decodeRecord } from '../../../storage/journal/record.ts';
import { reasonOf } from '../errors.ts';
import type { ClusterAccess } from './access.ts';
import { readUnfinished, type UnfinishedJournal } from './unfinished.ts';

/** A record that is renewed again and again, and how long ago it last was. */
export type Renewed<Value> = Value & { readonly silentMs: number };

export interface LeaderFacts {
  readonly host: string;
  readonly term: number;
}

/** State that the cluster's processes share in KV. */
export interface ClusterState {
  readonly hosts: readonly Renewed<HostRecord>[];
  readonly members: readonly Renewed<MemberRecord>[];
  readonly projectors: readonly Renewed<ProjectorRecord>[];
  readonly leader: Renewed<LeaderFacts> | null;
  readonly map: ShardMap;
  readonly intent: Intent;
}

export interface JournalFacts {
  readonly incarnation: string;
  /** Records that are there; earlier ones are let go once they are projected. */
  readonly records: number;
  readonly bytes: number;
  /** Number of the last record ever appended; null when it cannot be read as one. */
  readonly lastRecord: number | null;
  readonly sealed: boolean;
  /** Number of the last record in PostgreSQL; null while PostgreSQL does not answer. */
  readonly projected: number | null;
  readonly createdAtMs: number;
}

export interface ClusterSnapshot extends ClusterState {
  readonly atMs: number;
  readonly journals: readonly JournalFacts[];
  /** Of which something acknowledged may be outside PostgreSQL; none while PostgreSQL does not answer. */
  readonly unfinished: readonly UnfinishedJournal[];
  /** Why PostgreSQL did not answer; null when it did. */
  readonly postgresDown: string | null;
}

export async function readSnapshot(access: ClusterAccess): Promise<ClusterSnapshot> {
  const [state, tables] = await Promise.all([readState(access), readTables(access)]);
  const journals = await readJournals(access, tables.checkpoints);
  const { unfinished, postgresDown } = tables;
  return { ...state, atMs: Date.now(), journals, unfinished, postgresDown };
}

/** The part that is cheap enough to be read several times a second. */
export async function readState(access: ClusterAccess): Promise<ClusterState> {
  const [natsMs, entries] = await Promise.all([access.kv.time(), readBucket(access)]);
  const nowMs = natsMs ?? Date.now();
  const renewed = <Value>(kind: string): Renewed<Value>[] =>
    [...entries]
      .filter(([key]) => key.startsWith(`${kind}.`))
      .map(([, { value, atMs }]) => ({ ...(value as Value), silentMs: Math.max(0, nowMs - atMs) }));
  const lease = entries.get('leader');
  return {
    hosts: byName(renewed<HostRecord>('host'), ({ host }) => host),
    members: byName(renewed<MemberRecord>('member'), ({ place }) => place),
    projectors: byName(renewed<ProjectorRecord>(projectorKind), ({ host, id }) => `${host} ${id}`),
    leader: lease ? leaderOf(lease, nowMs) : null,
    map: (entries.get(shardMapKey)?.value as ShardMap | undefined) ?? emptyShardMap,
    intent: (entries.get(intentKey)?.value as Intent | undefined) ?? noIntent,
  };
}

interface Entry {
  readonly value: unknown;
  readonly atMs: number;
}

function leaderOf({ value, atMs }: Entry, nowMs: number): Renewed<LeaderFacts> {
  const { holder, term } = value as { holder: string; term: number };
  return { host: holder, term, silentMs: Math.max(0, nowMs - atMs) };
}

async function readBucket({ bucket }: ClusterAccess): Promise<Map<string, Entry>> {
  const found = new Map<string, Entry>();
  // The bucket keeps one value for each key; one that changes meanwhile comes twice, the newer one last.
  for await (const entry of await bucket.history()) {
    if (entry.operation === 'PUT')
      found.set(entry.key, { value: entry.json(), atMs: entry.created.getTime() });
    else found.delete(entry.key);
  }
  return found;
}

async function readJournals(
  { manager, streams, namespace }: ClusterAccess,
  projected: ReadonlyMap<string, number> | null,
): Promise<JournalFacts[]> {
  const prefix = streams.streamOf('');
  const found: Promise<JournalFacts | null>[] = [];
  for await (const { config, state, created } of manager.streams.list(`${namespace}.journal.>`)) {
    if (!config.name.startsWith(prefix)) continue;
    const incarnation = config.name.slice(prefix.length);
    const facts = {
      incarnation,
      records: state.messages,
      bytes: state.bytes,
      projected: projected && (projected.get(incarnation) ?? 0),
      createdAtMs: Date.parse(created),
    };
    const last = streams.last(incarnation).then(
      (message) => (message ? endOf(message.data) : { lastRecord: 0, sealed: false }),
      () => null,
    );
    // One that is gone by now is no journal of this moment.
    found.push(last.then((end) => end && { ...facts, ...end }));
  }
  const journals = (await Promise.all(found)).filter((journal) => journal !== null);
  return byName(journals, ({ incarnation }) => incarnation);
}

function endOf(bytes: Uint8Array): Pick<JournalFacts, 'lastRecord' | 'sealed'> {
  try {
    const { type, number } = decodeRecord(bytes);
    return { lastRecord: number, sealed: type === 'seal' };
  } catch {
    return { lastRecord: null, sealed: false };
  }
}

/** The last projected record of each journal and those that are not drained, or why nobody can tell. */
async function readTables(access: ClusterAccess) {
  try {
    const rows = await access.query<{ incarnation: string; batch: string }>(
      'select incarnation, batch from journal_checkpoints',
    );
    const checkpoints = new Map(rows.map(({ incarnation, batch }) => [incarnation, Number(batch)]));
    return { checkpoints, unfinished: await readUnfinished(access), postgresDown: null };
  } catch (error) {
    return { checkpoints: null, unfinished: [], postgresDown: reasonOf(error) };
  }
}

function byName<Value>(values: readonly Value[], nameOf: (value: Value) => string): Value[] {
  return values.toSorted((a, b) => nameOf(a).localeCompare(nameOf(b), 'en', { numeric: true }));
}
