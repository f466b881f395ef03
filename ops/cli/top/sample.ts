// Rates, latencies and lags between two readings. Pure.
import { drainOf } from '../../../cluster/fabric/operations/intent.ts';
import { ownerOf } from '../../../cluster/fabric/placement/shard-map.ts';
import {
  livingLeader,
  livingMembers,
  livingProjectors,
  outstandingMoves,
  placeOfOwner,
  unservedShards,
} from '../cluster/facts.ts';
import { hottest, type HotShard } from '../cluster/loads.ts';
import { quantile, rate, type Metrics } from '../cluster/metrics.ts';
import type { Reading } from './reading.ts';
import { metricNames } from '../../../protocol/metric-names.ts';

/** Null wherever the process did not answer, or nothing happened to be measured. */
export interface WorkerSample {
  readonly place: string;
  readonly incarnation: string;
  readonly drained: boolean;
  /** Of one core, 0 to 1. */
  readonly cpu: number | null;
  readonly memoryBytes: number | null;
  /** By how much timers are late, standing. */
  readonly loopLagMs: number | null;
  readonly sockets: number | null;
  readonly shards: number | null;
  /** Frames from clients. */
  readonly inPerSecond: number | null;
  /** Commands taken by its shards. */
  readonly commandsPerSecond: number | null;
  /** Events that its shards sent to gateways. */
  readonly eventsPerSecond: number | null;
  /** From a command’s arrival at its actor to its answer, durability included. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly journalLag: number | null;
  readonly journalLagBytes: number | null;
}

export interface ProjectorSample {
  readonly id: string;
  readonly host: string;
  readonly cpu: number | null;
  readonly memoryBytes: number | null;
  readonly journals: number | null;
  readonly entriesPerSecond: number | null;
  /** Mean of its transactions. */
  readonly commitMs: number | null;
  readonly damagedJournals: number | null;
}

export interface TopSample {
  readonly at: string;
  readonly leader: string | null;
  readonly shardsWithoutOwner: number;
  readonly movesOutstanding: number;
  readonly workers: readonly WorkerSample[];
  readonly projectors: readonly ProjectorSample[];
  readonly hottest: readonly (HotShard & { readonly place: string })[];
}

const latency = metricNames.commandSeconds;

export function sampleOf(before: Reading, after: Reading, hotCount: number): TopSample {
  const { state, loads } = after;
  const pair = (who: string) => [before.metrics.get(who) ?? null, after.metrics.get(who) ?? null] as const;
  return {
    at: new Date(after.atMs).toISOString(),
    leader: livingLeader(state)?.host ?? null,
    shardsWithoutOwner: unservedShards(state).length,
    movesOutstanding: outstandingMoves(state).length,
    workers: livingMembers(state).map(({ place, incarnation }) => ({
      place,
      incarnation,
      drained: drainOf(state.intent, place) !== null,
      ...workerNumbers(...pair(incarnation)),
    })),
    projectors: livingProjectors(state).map(({ id, host }) => ({
      id,
      host,
      ...projectorNumbers(...pair(id)),
    })),
    hottest: hottest(loads.shards, hotCount).map((hot) => ({
      ...hot,
      place: placeOfOwner(state, ownerOf(state.map, hot.shard) ?? 'nobody'),
    })),
  };
}

function workerNumbers(before: Metrics | null, after: Metrics | null) {
  const now = (name: string): number | null => after?.value(name) ?? null;
  const perSecond = (name: string): number | null => rate(before, after, name);
  const ms = (part: number): number | null => {
    const seconds = quantile(before, after, latency, part);
    return seconds === null ? null : seconds * 1000;
  };
  return {
    cpu: perSecond('process_cpu_seconds_total'),
    memoryBytes: now('process_resident_memory_bytes'),
    loopLagMs: now(metricNames.loopLateMs),
    sockets: now(metricNames.sockets),
    shards: now(metricNames.ownedShards),
    inPerSecond: perSecond(metricNames.framesIn),
    commandsPerSecond: perSecond(metricNames.commands),
    eventsPerSecond: perSecond(metricNames.published),
    p50Ms: ms(0.5),
    p95Ms: ms(0.95),
    p99Ms: ms(0.99),
    journalLag: now(metricNames.unprojectedBatches),
    journalLagBytes: now(metricNames.backlogBytes),
  };
}

function projectorNumbers(before: Metrics | null, after: Metrics | null) {
  const now = (name: string): number | null => after?.value(name) ?? null;
  const commits = rate(before, after, metricNames.projectorCommits);
  const commitMs = rate(before, after, metricNames.projectorCommitMs);
  return {
    cpu: rate(before, after, 'process_cpu_seconds_total'),
    memoryBytes: now('process_resident_memory_bytes'),
    journals: now(metricNames.projectorJournals),
    entriesPerSecond: rate(before, after, metricNames.projectorEntries),
    commitMs: commits !== null && commitMs !== null && commits > 0 ? commitMs / commits : null,
    damagedJournals: now(metricNames.journalsDamaged),
  };
}
