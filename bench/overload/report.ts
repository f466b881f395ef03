// Report on a server that was asked for several times its capacity, for people and for `--json`.
import { sections, type Row } from '../idle/columns.ts';
import { countsText, cpuRows, runRows, type RunContext, type Verdict } from '../idle/run-rows.ts';
import { mergeLatencies, type LatencySummary } from '../latency.ts';
import type { Usage } from '../machine/usage.ts';
import type { FloodResults, FloodSecond } from './generator.ts';
import type { OverloadOptions } from './options.ts';
import type { OverloadMeasurements } from './scenario.ts';

/** One second of the run, of all generators together. */
export interface OverloadSecond extends Omit<FloodSecond, 'latency'> {
  readonly latency: LatencySummary;
  /** Of all workers, at its end; null: not measured. */
  readonly workersBytes: number | null;
}

/** Totals of a part of the run. */
export interface OverloadPart {
  readonly name: 'before' | 'overload' | 'after';
  readonly rate: number;
  readonly seconds: readonly OverloadSecond[];
}

export interface OverloadResult extends RunContext {
  readonly scenario: 'overload';
  readonly options: OverloadOptions;
  /** Pages a second that the server can read. */
  readonly capacity: number;
  readonly parts: readonly OverloadPart[];
  readonly asked: number;
  readonly answered: number;
  readonly withoutWait: number;
  readonly closed: number;
  readonly faults: number;
  readonly examples: readonly string[];
  /** From the end of the overload until pages come as they should; null: not within the run. */
  readonly recoveredWithinSeconds: number | null;
  /** The most that all workers together held at once, before the overload and at all. */
  readonly workersPeakBytes: { readonly before: number; readonly atAll: number } | null;
  readonly usage: Usage | null;
  readonly verdict: Verdict;
}

/** A second is as it should be when nothing was refused in it and its 99th percentile is below, */
const wellMs = 500;
/** or no more than so many times what the worst second before the overload had. */
const wellTimes = 2;
/** So many of them in a row, and it is back. */
const wellInARow = 3;

export function overloadResult(
  context: RunContext,
  options: OverloadOptions,
  { capacity, calmRate, overloadRate, generators, usage }: OverloadMeasurements,
): OverloadResult {
  const { calm, seconds } = options;
  const all = secondsOf(generators, usage);
  const parts: OverloadPart[] = [
    { name: 'before', rate: calmRate, seconds: all.slice(0, calm) },
    { name: 'overload', rate: overloadRate, seconds: all.slice(calm, calm + seconds) },
    { name: 'after', rate: calmRate, seconds: all.slice(calm + seconds) },
  ];
  const sum = (field: 'asked' | 'answered' | 'withoutWait' | 'closed' | 'faults') =>
    generators.reduce((total, each) => total + each[field], 0);
  const measured = {
    asked: sum('asked'),
    answered: sum('answered'),
    withoutWait: sum('withoutWait'),
    closed: sum('closed'),
    faults: sum('faults'),
    recoveredWithinSeconds: recovery(parts[0]!.seconds, parts[2]!.seconds),
  };
  return {
    scenario: 'overload',
    ...context,
    ...{ options, capacity, parts },
    ...measured,
    examples: generators.flatMap(({ examples }) => examples).slice(0, 10),
    workersPeakBytes: peaks(parts),
    usage,
    verdict: verdictOf(measured, totalOf(parts[1]!).refusals),
  };
}

function secondsOf(generators: readonly FloodResults[], usage: Usage | null): OverloadSecond[] {
  const { length } = generators[0]!.seconds;
  return Array.from({ length }, (_, at) => {
    const each = generators.map(({ seconds }) => seconds[at]!);
    const sum = (field: 'due' | 'heldBack' | 'pages') => each.reduce((total, one) => total + one[field], 0);
    return {
      due: sum('due'),
      heldBack: sum('heldBack'),
      pages: sum('pages'),
      refusals: added(each.map(({ refusals }) => refusals)),
      latency: mergeLatencies(each.map(({ latency }) => latency)),
      workersBytes:
        usage?.series.samples.find(({ atS }) => Math.round(atS) === at)?.memoryBytes.workers ?? null,
    };
  });
}

/** Seconds until it went on as before; null: not within the run. */
function recovery(before: readonly OverloadSecond[], after: readonly OverloadSecond[]): number | null {
  const boundMs = Math.max(wellMs, wellTimes * Math.max(...before.map(({ latency }) => latency.p99Ms)));
  const isWell = ({ refusals, heldBack, latency }: OverloadSecond) =>
    Object.keys(refusals).length === 0 && heldBack === 0 && latency.count > 0 && latency.p99Ms <= boundMs;
  const back = after.findIndex((_, at) => {
    const next = after.slice(at, at + wellInARow);
    return next.length === wellInARow && next.every(isWell);
  });
  return back === -1 ? null : back;
}

function peaks(parts: readonly OverloadPart[]): OverloadResult['workersPeakBytes'] {
  const most = (seconds: readonly OverloadSecond[]) =>
    Math.max(0, ...seconds.map(({ workersBytes }) => workersBytes ?? 0));
  const atAll = most(parts.flatMap(({ seconds }) => seconds));
  return atAll === 0 ? null : { before: most(parts[0]!.seconds), atAll };
}

function verdictOf(
  {
    asked,
    answered,
    withoutWait,
    faults,
    recoveredWithinSeconds,
  }: Pick<OverloadResult, 'asked' | 'answered' | 'withoutWait' | 'faults' | 'recoveredWithinSeconds'>,
  refusals: Readonly<Record<string, number>>,
): Verdict {
  const failures: string[] = [];
  if (faults > 0) failures.push(`FAILED: ${faults} pages were not what was asked for (DM-3).`);
  if (answered < asked) failures.push(`FAILED: ${asked - answered} requests were never answered.`);
  if (withoutWait > 0) failures.push(`FAILED: ${withoutWait} refusals did not say how long to wait.`);
  if (!refusals['overloaded'])
    failures.push('FAILED: nothing was refused as overloaded: this was no overload.');
  if (recoveredWithinSeconds === null) failures.push('FAILED: it was not back by the end of the run.');
  if (failures.length > 0) return { sound: false, sentences: failures };
  return {
    sound: true,
    sentences: [
      `OK: every request was answered, what was refused was told how long to wait, and ${recoveredWithinSeconds} s ` +
        'after the overload it served as before.',
    ],
  };
}

interface PartTotal {
  readonly due: number;
  readonly heldBack: number;
  readonly pages: number;
  readonly refusals: Readonly<Record<string, number>>;
}

function totalOf({ seconds }: OverloadPart): PartTotal {
  const sum = (field: 'due' | 'heldBack' | 'pages') =>
    seconds.reduce((total, each) => total + each[field], 0);
  return {
    due: sum('due'),
    heldBack: sum('heldBack'),
    pages: sum('pages'),
    refusals: added(seconds.map(({ refusals }) => refusals)),
  };
}

function added(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const counts of all)
    for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

export function renderOverload(result: OverloadResult): string {
  const { options, capacity, parts, usage, closed, workersPeakBytes, verdict, examples } = result;
  const { conversations, messages, bytes, times, seconds, calm, generators } = options;
  const load =
    `${times} times the ${Math.round(capacity)} pages/s that the server can read, for ${seconds} s, half of it for ` +
    `${calm} s before and after; ${2 * conversations} readers of ${messages} messages of ${bytes} bytes, ` +
    `${generators} generators`;
  const pages = parts.flatMap((part) => part.seconds).reduce((sum, second) => sum + second.pages, 0);
  const mebibytes = (value: number) => String(Math.round(value / 2 ** 20));
  return sections([
    ['Run', runRows(result, load)],
    ['A second, on the average', [partHead, ...parts.map(partRow)]],
    ['Second by second', [secondHead, ...parts.flatMap(secondRows)]],
    [
      'What it took',
      [
        ['connections closed', String(closed)],
        ...(workersPeakBytes
          ? [
              ['workers together, at most before, MiB', mebibytes(workersPeakBytes.before)],
              ['at most at all, MiB', mebibytes(workersPeakBytes.atAll)],
            ]
          : []),
      ],
    ],
    ['Processor and memory over all parts', cpuRows(usage, pages, 'page')],
    ['Verdict', [...verdict.sentences, ...examples].map((sentence) => [sentence])],
  ]);
}

const partHead: Row = ['', 'due', 'held back', 'pages', 'refused'];

function partRow(part: OverloadPart): Row {
  const { due, heldBack, pages, refusals } = totalOf(part);
  const { length } = part.seconds;
  const perSecond = Object.fromEntries(
    Object.entries(refusals).map(([code, count]) => [code, Math.round(count / length)]),
  );
  const numbers = [due, heldBack, pages].map((count) => String(Math.round(count / length)));
  return [part.name, ...numbers, countsText(perSecond)];
}

const secondHead: Row = ['', 'held back', 'pages', 'p50 ms', 'p99 ms', 'workers MiB', 'refused'];

function secondRows({ name, seconds }: OverloadPart): Row[] {
  return seconds.map(({ heldBack, pages, latency, workersBytes, refusals }, at) => [
    `${name} ${at + 1}`,
    String(heldBack),
    String(pages),
    latency.p50Ms.toFixed(1),
    latency.p99Ms.toFixed(1),
    workersBytes === null ? '' : String(Math.round(workersBytes / 2 ** 20)),
    countsText(refusals),
  ]);
}
