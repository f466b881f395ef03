// The result of a load as `--json` writes it: everything the table shows and what it was made from.
import type { RunContext, Reactions, LoadFacts } from './load-facts.ts';
import type { CheckResult } from '../verify/checker.ts';
import type { GeneratorResults } from '../chat/commands.ts';
import type { LoadMeasurements } from '../chat/load.ts';
import { memoryTrends } from '../chat/memory-trend.ts';
import type { LoadName, LoadOptions } from '../chat/options.ts';
import { mergeLatencies, type LatencySummary } from '../latency.ts';
import { addWireTotals, type WireTotals } from '../wire/wire-totals.ts';
import { timelineOf } from '../chat/timeline.ts';
import { verdictOf, type Verdict } from './verdict.ts';

export interface LoadResult extends LoadFacts {
  readonly verdict: Verdict;
}

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
