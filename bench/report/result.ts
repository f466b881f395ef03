// The result of a run as `--json` writes it: everything the table shows and what it was made from.
import type { ChatMeasurements } from '../chat/scenario.ts';
import { totalOf, type CheckResult } from '../chat/checker.ts';
import { mergeLatencies, type LatencySummary } from '../latency.ts';
import type { Usage } from '../machine/usage.ts';
import type { Surroundings } from '../machine/versions.ts';
import type { BenchOptions } from '../chat/options.ts';
import type { Counters } from '../server/counters.ts';
import { addWireTotals, type WireTotals } from '../wire/wire-totals.ts';

export interface RunContext {
  readonly command: string;
  readonly startedAt: string;
  readonly surroundings: Surroundings;
  /** What a reader must know to read the numbers. */
  readonly notes: readonly string[];
}

export interface ChatResult extends RunContext {
  readonly scenario: 'chat';
  readonly options: BenchOptions;
  readonly connectSeconds: number;
  readonly pairSeconds: number;
  readonly stragglersSeconds: number;
  /** Warm-up included. */
  readonly sent: number;
  readonly accepted: number;
  readonly refusedForGood: Record<string, number>;
  /** Sent, and neither acknowledged nor refused by the end. */
  readonly unanswered: number;
  /** Of the measured interval. */
  readonly acceptedPerSecond: number;
  readonly deliveredPerSecond: number;
  readonly delivery: LatencySummary;
  readonly acknowledgement: LatencySummary;
  readonly lateness: LatencySummary;
  /** The busiest generator's share of time. */
  readonly generatorUtilization: number;
  readonly wire: WireTotals;
  /** Event frames for what the SDK had shown already; only told when nothing was resumed or paged. */
  readonly repeatedOnTheWire: number | null;
  /** Of what was shown, the share that came as a live event; the rest was paged for after a gap. */
  readonly liveShare: number;
  readonly check: CheckResult;
  readonly usage: Usage | null;
  readonly counters: Counters;
  /** Of the acknowledged messages of the measured interval, by group of processes. */
  readonly cpuMsPerMessage: Record<string, number>;
}

export function chatResult(
  context: RunContext,
  options: BenchOptions,
  measured: ChatMeasurements,
): ChatResult {
  const { generators, counts, check, usage, counters, connectSeconds, pairSeconds, stragglersSeconds } =
    measured;
  const sum = (field: 'acceptedWithin' | 'deliveredWithin') =>
    generators.reduce((total, each) => total + each[field], 0);
  const merged = (field: 'delivery' | 'acknowledgement' | 'lateness') =>
    mergeLatencies(generators.map((each) => each[field]));
  const wire = addWireTotals(generators.map((each) => each.wire));
  const acceptedWithin = sum('acceptedWithin');
  return {
    scenario: 'chat',
    ...context,
    options,
    connectSeconds,
    pairSeconds,
    stragglersSeconds,
    sent: counts.sent,
    accepted: counts.accepted,
    refusedForGood: addCounts(generators.map((each) => each.refusedForGood)),
    unanswered: counts.sent - counts.accepted - counts.refused,
    acceptedPerSecond: acceptedWithin / options.seconds,
    deliveredPerSecond: sum('deliveredWithin') / options.seconds,
    delivery: merged('delivery'),
    acknowledgement: merged('acknowledgement'),
    lateness: merged('lateness'),
    generatorUtilization: Math.max(...generators.map(({ utilization }) => utilization)),
    wire,
    repeatedOnTheWire: repeatsOf(wire, check),
    liveShare: check.shown === 0 ? 0 : Math.min(1, (wire.framesReceived.event ?? 0) / check.shown),
    check,
    usage,
    counters,
    cpuMsPerMessage: Object.fromEntries(
      (usage?.groups ?? []).map(({ group, cpuSeconds }) => [group, (cpuSeconds * 1_000) / acceptedWithin]),
    ),
  };
}

/** Whether every message was delivered once and in order, and something was delivered at all. */
export function isSound({ accepted, check, repeatedOnTheWire }: ChatResult): boolean {
  return accepted > 0 && totalOf(check.live) + totalOf(check.history) === 0 && (repeatedOnTheWire ?? 0) === 0;
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
