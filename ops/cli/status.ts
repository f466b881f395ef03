// `skein status`: members, shards and journals of a cluster, and whether all is well.
import pg from 'pg';
import { bounds } from '../../actors/runtime/bounds.ts';
import { ClusterKv } from '../../cluster/membership/cluster-kv.ts';
import type { MemberRecord } from '../../cluster/membership/member.ts';
import { connectNats } from '../../cluster/nats.ts';
import { emptyShardMap, ownerOf, shardMapKey, type ShardMap } from '../../cluster/placement/shard-map.ts';
import { JournalStreams } from '../../storage/journal/streams.ts';
import { decodeRecord } from '../../storage/journal/record.ts';
import type { Target } from './target.ts';

export interface WorkerStatus {
  readonly incarnation: string;
  readonly host: string;
  readonly pid: number;
  readonly shards: number;
  readonly admin: string;
  readonly journalBatch: number;
  /** Null when PostgreSQL did not answer. */
  readonly projectedBatch: number | null;
}

export interface ClusterStatus {
  readonly workers: readonly WorkerStatus[];
  readonly mapVersion: number;
  readonly shardsWithoutOwner: number;
  readonly postgres: 'up' | 'down';
  /** Journals of workers that are gone and not drained yet. */
  readonly journalsToDrain: readonly string[];
  readonly healthy: boolean;
}

export async function readStatus(target: Target): Promise<ClusterStatus> {
  const connection = await connectNats(target.natsUrl, 'skein cli');
  const database = new pg.Client({ connectionString: target.databaseUrl, connectionTimeoutMillis: 2_000 });
  database.on('error', () => undefined);
  try {
    const kv = await ClusterKv.open(connection, target.namespace);
    const streams = new JournalStreams(connection, target.namespace);
    const map = (await kv.get<ShardMap>(shardMapKey))?.value ?? emptyShardMap;
    const members = [...(await kv.list<MemberRecord>('member')).values()].map(({ value }) => value);
    const checkpoints = await readCheckpoints(database);
    const owners = map.owners.map((_, shard) => ownerOf(map, shard));
    const workers = await Promise.all(
      members.map(async ({ incarnation, host, pid, admin }): Promise<WorkerStatus> => {
        const last = await streams.last(incarnation).catch(() => null);
        return {
          incarnation,
          host,
          pid,
          admin,
          shards: owners.filter((owner) => owner === incarnation).length,
          journalBatch: last ? decodeRecord(last.data).number : 0,
          projectedBatch: checkpoints && (checkpoints.get(incarnation) ?? 0),
        };
      }),
    );
    const alive = new Set(workers.map(({ incarnation }) => incarnation));
    const shardsWithoutOwner = owners.filter((owner) => owner === null || !alive.has(owner)).length;
    const journalsToDrain = (await streams.list()).filter((incarnation) => !alive.has(incarnation));
    const healthy = shardsWithoutOwner === 0 && checkpoints !== null && journalsToDrain.length === 0;
    const postgres = checkpoints ? 'up' : 'down';
    return { workers, mapVersion: map.version, shardsWithoutOwner, postgres, journalsToDrain, healthy };
  } finally {
    await connection.close();
    await database.end().catch(() => undefined);
  }
}

async function readCheckpoints(database: pg.Client): Promise<Map<string, number> | null> {
  try {
    await database.connect();
    const { rows } = await database.query<{ incarnation: string; batch: string }>(
      'select incarnation, batch from journal_checkpoints',
    );
    return new Map(rows.map(({ incarnation, batch }) => [incarnation, Number(batch)]));
  } catch {
    return null;
  }
}

export function describeStatus(status: ClusterStatus): string {
  const header = ['worker', 'host', 'pid', 'shards', 'journal', 'projected', 'metrics'];
  const rows = status.workers.map((worker) => [
    worker.incarnation,
    worker.host,
    String(worker.pid),
    String(worker.shards),
    String(worker.journalBatch),
    worker.projectedBatch === null ? '?' : String(worker.projectedBatch),
    `http://${worker.admin}/metrics`,
  ]);
  const lines = [
    ...table([header, ...rows]),
    '',
    `shards      ${bounds.shardCount - status.shardsWithoutOwner} of ${bounds.shardCount} served (map version ${status.mapVersion})`,
    `PostgreSQL  ${status.postgres}`,
    `journals    ${status.journalsToDrain.length === 0 ? 'none to drain' : `to drain: ${status.journalsToDrain.join(', ')}`}`,
    '',
    status.healthy ? 'All is well.' : 'Not well: see above.',
  ];
  return lines.join('\n');
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}
