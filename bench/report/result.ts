// The result of a load as `--json` writes it: everything the table shows and what it was made from.
import type { CheckResult } from '../chat/checker.ts';
import type { GeneratorResults } from '../chat/commands.ts';
import type { LoadMeasurements } from '../chat/load.ts';
import { memoryTrends, type MemoryTrend } from '../chat/memory-trend.ts';
import type { LoadName, LoadOptions } from '../chat/options.ts';
import { mergeLatencies, type LatencySummary } from '../latency.ts';
import type { Usage } from '../machine/usage.ts';
import type { Surroundings } from '../machine/versions.ts';
import type { Counters } from '../server/counters.ts';
import { addWireTotals, type WireTotals } from '../wire/wire-totals.ts';
import { timelineOf, type Timeline } from '../chat/timeline.ts';
import { verdictOf, type Verdict } from './verdict.ts';

export interface RunContext {
  readonly command: string;
  readonly startedAt: string;
  readonly surroundings: Surroundings;
  /** Facts that a reader needs to judge the numbers. */
  readonly notes: readonly string[];
}

export interface Reactions {
  /** Warm-up included. */
  readonly made: number;
  readonly acknowledgement: LatencySummary;
  /** To those others who live in the same generator as whoever reacted: the others cannot know when it was due. */
  readonly delivery: LatencySummary;
}

export interface ComingBack {
  /** From losing the socket to being online with every subscription standing. */
  readonly took: LatencySummary;
  /** People who were not back by the end. */
  readonly away: number;
}

export interface LoadResult extends RunContext {
  readonly scenario: LoadName;
  readonly options: LoadOptions;
  readonly connectSeconds: number;
  readonly openSeconds: number;
  readonly stragglersSeconds: number;
  /** From the end of the measured interval until PostgreSQL had everything; null: not known. */
  readonly projectedWithinSeconds: number | null;
  readonly conversations: number;
  /** Others in the conversation of a message, on average. */
  readonly recipientsPerMessage: number;
  /** Warm-up included. */
  readonly sent: number;
  readonly accepted: number;
  readonly refusedForGood: Record<string, number>;
  /** Sent, and neither acknowledged nor refused by the end. */
  readonly unanswered: number;
  /** Of the measured interval. */
  readonly acceptedPerSecond: number;
  /** To others than the writer: one message to a group of n is n - 1 deliveries. */
  readonly deliveredPerSecond: number;
  readonly delivery: LatencySummary;
  readonly acknowledgement: LatencySummary;
  readonly lateness: LatencySummary;
  readonly timeline: Timeline;
  /** Null where nobody reacts. */
  readonly reactions: Reactions | null;
  /** Null where nobody is cut off. */
  readonly comingBack: ComingBack | null;
  /** How memory went on; null where that was not watched. */
  readonly memory: readonly MemoryTrend[] | null;
  /** The busiest generator's share of time. */
  readonly generatorUtilization: number;
  readonly wire: WireTotals;
  /** Event frames for what the clients had shown already; only told when nothing was resumed or paged. */
  readonly repeatedOnTheWire: number | null;
  /** Of what was shown, the share that came as a live event; the rest was paged for after a gap. */
  readonly liveShare: number;
  readonly check: CheckResult;
  readonly usage: Usage | null;
  readonly counters: Counters;
  /** Of the acknowledged messages of the measured interval, by group of processes. */
  readonly cpuMsPerMessage: Record<string, number>;
  readonly verdict: Verdict;
}

export type LoadFacts = Omit<LoadResult, 'verdict'>;

export function loadResult(
  context: RunContext & { readonly scenario: LoadName },
  options: LoadOptions,
  measured: LoadMeasurements,
): LoadResult {
  const { generators, counts, check, usage, counters, connectSeconds, openSeconds, stragglersSeconds } =
    measured;
  const { projectedWithinSeconds, conversations, recipientsPerMessage } = measured;
  const merged = (field: LatencyField) => mergeLatencies(generators.map((each) => each[field]));
  const wire = addWireTotals(generators.map((each) => each.wire));
  const timeline = timelineOf(generators);
  const acceptedWithin = sumOf(timeline.samples.map(({ accepted }) => accepted));
  const deliveredWithin = sumOf(timeline.samples.map(({ delivered }) => delivered));
  const facts: LoadFacts = {
    ...context,
    ...{ options, connectSeconds, openSeconds, stragglersSeconds, projectedWithinSeconds, conversations },
    recipientsPerMessage,
    sent: counts.sent,
    accepted: counts.accepted,
    refusedForGood: addCounts(generators.map((each) => each.refusedForGood)),
    unanswered: counts.sent - counts.accepted - counts.refused,
    acceptedPerSecond: acceptedWithin / options.seconds,
    deliveredPerSecond: deliveredWithin / options.seconds,
    delivery: merged('delivery'),
    acknowledgement: merged('acknowledgement'),
    lateness: merged('lateness'),
    timeline,
    reactions: options.reactionRate === 0 ? null : reactionsOf(counts.reacted, merged),
    comingBack: options.cutAfter === null ? null : { took: merged('comingBack'), away: counts.away },
    memory: options.watchMemory && usage ? memoryTrends(usage.series.samples) : null,
    generatorUtilization: Math.max(...generators.map(({ utilization }) => utilization)),
    wire,
    repeatedOnTheWire: repeatsOf(wire, check),
    liveShare: check.shown === 0 ? 0 : Math.min(1, (wire.framesReceived.event ?? 0) / check.shown),
    ...{ check, usage, counters },
    cpuMsPerMessage: Object.fromEntries(
      (usage?.groups ?? []).map(({ group, cpuSeconds }) => [group, (cpuSeconds * 1_000) / acceptedWithin]),
    ),
  };
  return { ...facts, verdict: verdictOf(facts) };
}

type LatencyField =
  | Extract<keyof GeneratorResults, 'delivery' | 'acknowledgement' | 'lateness' | 'comingBack'>
  | 'reactionAcknowledgement'
  | 'reactionDelivery';

function reactionsOf(made: number, merged: (field: LatencyField) => LatencySummary): Reactions {
  return { made, acknowledgement: merged('reactionAcknowledgement'), delivery: merged('reactionDelivery') };
}

function repeatsOf({ framesReceived, closes }: WireTotals, { shown }: CheckResult): number | null {
  const { event = 0, page = 0, resubscribe = 0 } = framesReceived;
  const resumed = page > 0 || resubscribe > 0 || Object.keys(closes).length > 0;
  return resumed ? null : event - shown;
}

export function addCounts(all: readonly Record<string, number>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const counts of all) {
    for (const [key, count] of Object.entries(counts)) total[key] = (total[key] ?? 0) + count;
  }
  return total;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
