// `skein status` as a value: the cluster at one moment, and whether all is well. Pure, but for asking the processes.
import { bounds } from '../../actors/runtime/bounds.ts';
import { drainOf } from '../../cluster/fabric/operations/intent.ts';
import type { ClusterAccess } from './cluster/access.ts';
import {
  lagBytesOf,
  lagOf,
  livingHosts,
  livingLeader,
  livingMembers,
  livingProjectors,
  orphanedJournals,
  outstandingMoves,
  shardCounts,
  unservedShards,
} from './cluster/facts.ts';
import { readMetrics, type Metrics } from './cluster/metrics.ts';
import { problemsOf, type LowDisk, type Problem } from './cluster/problems.ts';
import { readSnapshot, type ClusterSnapshot } from './cluster/snapshot.ts';
import { metricNames } from '../../protocol/metric-names.ts';

export interface HostStatus {
  readonly host: string;
  readonly roles: readonly string[];
  readonly workers: number;
  readonly upForMs: number;
  /** Null: it renews. */
  readonly silentForMs: number | null;
  readonly drained: boolean;
}

export interface WorkerStatus {
  readonly place: string;
  readonly incarnation: string;
  readonly host: string;
  readonly pid: number;
  readonly roles: readonly string[];
  readonly weight: number;
  readonly upForMs: number;
  readonly shards: number;
  /** Null when it did not answer. */
  readonly sockets: number | null;
  readonly drained: boolean;
  /** Records of its journal that are not in PostgreSQL; null when it has none, or nobody can tell. */
  readonly journalLag: number | null;
  /** Address of metrics and health on that host. */
  readonly admin: string;
}

export interface ProjectorStatus {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly journals: number | null;
  readonly admin: string;
}

export interface ClusterStatus {
  readonly healthy: boolean;
  readonly problems: readonly Problem[];
  readonly leader: { readonly host: string; readonly term: number } | null;
  readonly hosts: readonly HostStatus[];
  readonly workers: readonly WorkerStatus[];
  readonly projectors: readonly ProjectorStatus[];
  readonly shards: number;
  readonly shardsWithoutOwner: number;
  readonly mapVersion: number;
  readonly movesOutstanding: number;
  readonly pins: number;
  /** Hosts and places that operators have drained. */
  readonly drained: readonly string[];
  readonly failovers: readonly string[];
  readonly postgres: 'up' | 'down';
  /** Journals of workers that are gone and not drained yet. */
  readonly journalsToDrain: readonly string[];
  readonly journalLag: number | null;
  readonly journalLagBytes: number | null;
}

export async function readStatus(access: ClusterAccess): Promise<ClusterStatus> {
  const snapshot = await readSnapshot(access);
  const asked = [
    ...livingMembers(snapshot).map(({ incarnation }) => incarnation),
    ...livingProjectors(snapshot).map(({ id }) => id),
  ];
  const answers = await Promise.all(asked.map(async (who) => [who, await readMetrics(access, who)] as const));
  return statusOf(snapshot, new Map(answers));
}

/** @param metrics of each process that was asked; null for those that did not answer */
export function statusOf(
  snapshot: ClusterSnapshot,
  metrics: ReadonlyMap<string, Metrics | null>,
): ClusterStatus {
  const silent = [...metrics].filter(([, answer]) => answer === null).map(([who]) => nameOf(snapshot, who));
  const of = (who: string, name: string): number | null => metrics.get(who)?.value(name) ?? null;
  const projectors = livingProjectors(snapshot);
  const damagedJournals = projectors.reduce(
    (sum, { id }) => sum + (of(id, metricNames.journalsDamaged) ?? 0),
    0,
  );
  const problems = problemsOf(snapshot, { silent, damagedJournals, lowDisks: lowDisksOf(snapshot, of) });
  const leader = livingLeader(snapshot);
  const { intent, map, journals } = snapshot;
  return {
    healthy: problems.length === 0,
    problems,
    leader: leader && { host: leader.host, term: leader.term },
    hosts: hostsOf(snapshot),
    workers: workersOf(snapshot, (who) => of(who, metricNames.sockets)),
    projectors: projectors.map(({ id, host, pid, admin }) => {
      return { id, host, pid, journals: of(id, metricNames.projectorJournals), admin };
    }),
    shards: bounds.shardCount,
    shardsWithoutOwner: unservedShards(snapshot).length,
    mapVersion: map.version,
    movesOutstanding: outstandingMoves(snapshot).length,
    pins: Object.keys(intent.pins).length,
    drained: Object.keys(intent.drains),
    failovers: intent.failovers,
    postgres: snapshot.postgresDown === null ? 'up' : 'down',
    journalsToDrain: orphanedJournals(snapshot).map(({ incarnation }) => incarnation),
    journalLag: total(journals.map(lagOf)),
    journalLagBytes: total(journals.map(lagBytesOf)),
  };
}

/** By host, the disk that has least, of those that have little. */
function lowDisksOf(snapshot: ClusterSnapshot, of: (who: string, name: string) => number | null): LowDisk[] {
  const byHost = new Map<string, LowDisk>();
  for (const { host, incarnation } of livingMembers(snapshot)) {
    const freeBytes = of(incarnation, metricNames.diskFreeBytes);
    if (freeBytes === null || of(incarnation, metricNames.diskLow) !== 1) continue;
    const before = byHost.get(host);
    const full = of(incarnation, metricNames.diskFull) === 1 || before?.full === true;
    byHost.set(host, { host, full, freeBytes: Math.min(freeBytes, before?.freeBytes ?? freeBytes) });
  }
  return [...byHost.values()];
}

function hostsOf(snapshot: ClusterSnapshot): HostStatus[] {
  const living = livingHosts(snapshot);
  return snapshot.hosts.map((host) => ({
    host: host.host,
    roles: host.roles,
    workers: host.workers,
    upForMs: Math.max(0, snapshot.atMs - host.startedAtMs),
    silentForMs: living.includes(host) ? null : host.silentMs,
    drained: host.host in snapshot.intent.drains,
  }));
}

function workersOf(
  snapshot: ClusterSnapshot,
  socketsOf: (incarnation: string) => number | null,
): WorkerStatus[] {
  const counts = shardCounts(snapshot);
  return livingMembers(snapshot).map((member) => {
    const { place, incarnation, host, pid, roles, weight, admin } = member;
    const journal = snapshot.journals.find((each) => each.incarnation === incarnation);
    return {
      place,
      incarnation,
      host,
      pid,
      roles,
      weight,
      upForMs: Math.max(0, snapshot.atMs - member.startedAtMs),
      shards: counts.get(incarnation) ?? 0,
      sockets: socketsOf(incarnation),
      drained: drainOf(snapshot.intent, place) !== null,
      journalLag: journal ? lagOf(journal) : null,
      admin,
    };
  });
}

function nameOf({ members, projectors }: ClusterSnapshot, who: string): string {
  const member = members.find(({ incarnation }) => incarnation === who);
  if (member) return `Worker ${member.place}`;
  return `The projector on ${projectors.find(({ id }) => id === who)?.host ?? who}`;
}

function total(counts: readonly (number | null)[]): number | null {
  return counts.reduce<number | null>(
    (sum, count) => (sum === null || count === null ? null : sum + count),
    0,
  );
}
