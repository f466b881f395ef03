// Facts of a load: what was asked for, what was measured and how it was checked. Its result is these and a verdict.
import type { CheckResult } from '../verify/checker.ts';
import type { MemoryTrend } from '../chat/memory-trend.ts';
import type { LoadName, LoadOptions } from '../chat/options.ts';
import type { LatencySummary } from '../latency.ts';
import type { Usage } from '../machine/usage.ts';
import type { Surroundings } from '../machine/versions.ts';
import type { Counters } from '../server/counters.ts';
import type { WireTotals } from '../wire/wire-totals.ts';
import type { Timeline } from '../chat/timeline.ts';

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

/** Everything but the verdict, which is made from it. */
export interface LoadFacts extends RunContext {
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
}
