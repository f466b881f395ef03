// How fast histories were read, for people and for `--json`.
import { sections, type Row } from '../idle/columns.ts';
import {
  countsText,
  cpuMsPer,
  cpuRows,
  latencyHead,
  latencyRow,
  runRows,
  type RunContext,
  type Verdict,
} from '../idle/run-rows.ts';
import { mergeLatencies, type LatencySummary } from '../latency.ts';
import type { Usage } from '../machine/usage.ts';
import type { Counters } from '../server/counters.ts';
import type { HistoryOptions } from './options.ts';
import type { HistoryMeasurements } from './scenario.ts';

export interface HistoryResult extends RunContext {
  readonly scenario: 'history';
  readonly options: HistoryOptions;
  readonly fillSeconds: number;
  /** Warm-up included. */
  readonly asked: number;
  readonly answered: number;
  /** Of the measured interval. */
  readonly pagesPerSecond: number;
  /** From when a page was due to when all of it was there. */
  readonly latency: LatencySummary;
  readonly lateness: LatencySummary;
  /** By code. */
  readonly refusals: Record<string, number>;
  /** Pages that were not what was asked for. */
  readonly faults: number;
  readonly examples: readonly string[];
  readonly eventsPerPage: number;
  readonly usage: Usage | null;
  readonly counters: Counters;
  readonly cpuMsPerPage: Record<string, number>;
  readonly verdict: Verdict;
}

export function historyResult(
  context: RunContext,
  options: HistoryOptions,
  { generators, fillSeconds, usage, counters }: HistoryMeasurements,
): HistoryResult {
  const sum = (field: 'asked' | 'answered' | 'answeredWithin' | 'events' | 'faults') =>
    generators.reduce((total, each) => total + each[field], 0);
  const within = sum('answeredWithin');
  const refusals: Record<string, number> = {};
  for (const each of generators)
    for (const [code, count] of Object.entries(each.refusals)) refusals[code] = (refusals[code] ?? 0) + count;
  const refused = Object.values(refusals).reduce((total, count) => total + count, 0);
  const totals = { asked: sum('asked'), answered: sum('answered'), faults: sum('faults') };
  return {
    scenario: 'history',
    ...context,
    options,
    fillSeconds,
    ...totals,
    pagesPerSecond: within / options.seconds,
    latency: mergeLatencies(generators.map(({ latency }) => latency)),
    lateness: mergeLatencies(generators.map(({ lateness }) => lateness)),
    refusals,
    examples: generators.flatMap(({ examples }) => examples).slice(0, 10),
    eventsPerPage: sum('events') / Math.max(1, totals.answered - refused),
    usage,
    counters,
    cpuMsPerPage: cpuMsPer(usage, within),
    verdict: verdictOf(totals, refused),
  };
}

interface Totals {
  readonly asked: number;
  readonly answered: number;
  readonly faults: number;
}

function verdictOf({ asked, answered, faults }: Totals, refused: number): Verdict {
  const sentences: string[] = [];
  if (faults > 0) sentences.push(`FAILED: ${faults} pages were not what was asked for (DM-3).`);
  if (answered < asked) sentences.push(`FAILED: ${asked - answered} requests were never answered.`);
  if (answered === refused) sentences.push('FAILED: nothing was read.');
  const sound = sentences.length === 0;
  if (sound)
    sentences.push(
      `OK: all ${answered - refused} pages held every event that was asked for, once and in order.`,
    );
  if (refused > 0)
    sentences.push(`${refused} requests were refused: the server could not keep up with the rate.`);
  return { sound, sentences };
}

export function renderHistory(result: HistoryResult): string {
  const { options, usage, pagesPerSecond, latency, lateness, verdict, examples } = result;
  const { conversations, messages, bytes, rate, warmup, seconds, generators } = options;
  const load =
    `${conversations} conversations with ${messages} messages of ${bytes} bytes each, read by both members at ` +
    `${rate} pages/s, ${warmup} s of warm-up, ${seconds} s measured, ${generators} generators`;
  return sections([
    ['Run', runRows(result, load)],
    ['Totals', totalRows(result)],
    [
      'Latency (ms), from when a page was due',
      [latencyHead, latencyRow('to the page', latency), latencyRow('of that, late asking', lateness)],
    ],
    ['Processor and memory in the measured interval', cpuRows(usage, pagesPerSecond * seconds, 'page')],
    ['Verdict', [...verdict.sentences, ...examples].map((sentence) => [sentence])],
  ]);
}

function totalRows(result: HistoryResult): Row[] {
  const { options, fillSeconds, asked, answered, pagesPerSecond, refusals, eventsPerPage } = result;
  const written = options.conversations * options.messages;
  return [
    ['filled', String(written), `messages in ${fillSeconds.toFixed(1)} s`],
    ['asked for', String(asked), 'pages, with the warm-up'],
    ['answered', String(answered), `${pagesPerSecond.toFixed(1)}/s of ${options.rate}/s`],
    ['events in a page', eventsPerPage.toFixed(1), ''],
    ['refused', countsText(refusals), ''],
  ];
}
