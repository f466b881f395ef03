// How fast HTTP was answered, for people and for `--json`.
import { sections, type Row } from '../idle/columns.ts';
import {
  countsText,
  cpuMsPer,
  latencyHead,
  latencyRow,
  runRows,
  type RunContext,
  type Verdict,
} from '../idle/run-rows.ts';
import { mergeLatencies, type LatencySummary } from '../latency.ts';
import type { Usage } from '../machine/usage.ts';
import { endpoints, type EndpointName } from './endpoints.ts';
import type { AskResults } from './generator.ts';
import type { HttpOptions } from './options.ts';

export interface EndpointMeasurement {
  readonly endpoint: EndpointName;
  readonly results: AskResults;
  /** Null where it cannot be read. */
  readonly usage: Usage | null;
}

export interface EndpointResult {
  readonly endpoint: EndpointName;
  /** With the names of what differs from person to person. */
  readonly path: string;
  /** Answered with 2xx. */
  readonly answered: number;
  readonly requestsPerSecond: number;
  /** Of these; closed loop, so a slow answer delays the next request. */
  readonly latency: LatencySummary;
  /** Answered with 429 or 503: the limits, or too much to do. */
  readonly refused: number;
  /** Every other answer that is no 2xx, by status. */
  readonly unexpected: Record<string, number>;
  readonly errors: number;
  readonly timeouts: number;
  readonly bytesPerAnswer: number;
  readonly usage: Usage | null;
  readonly cpuMsPerRequest: Record<string, number>;
}

export interface HttpResult extends RunContext {
  readonly scenario: 'http';
  readonly options: HttpOptions;
  readonly endpoints: readonly EndpointResult[];
  readonly verdict: Verdict;
}

const refusalStatuses = ['429', '503'];

export function httpResult(
  context: RunContext,
  options: HttpOptions,
  measured: readonly EndpointMeasurement[],
): HttpResult {
  const results = measured.map(endpointResult);
  return { scenario: 'http', ...context, options, endpoints: results, verdict: verdictOf(results) };
}

export function endpointResult({ endpoint, results, usage }: EndpointMeasurement): EndpointResult {
  const { seconds, latency, statuses, errors, timeouts, bytes } = results;
  const count = (isWanted: (status: string) => boolean) =>
    Object.entries(statuses).reduce((sum, [status, each]) => sum + (isWanted(status) ? each : 0), 0);
  const isGood = (status: string) => status.startsWith('2');
  const answered = count(isGood);
  const unexpected = Object.entries(statuses).filter(
    ([status]) => !isGood(status) && !refusalStatuses.includes(status),
  );
  return {
    endpoint,
    path: endpoints[endpoint].pathFor({ token: '', conversationId: '{conversationId}' }),
    answered,
    requestsPerSecond: answered / seconds,
    latency: mergeLatencies([latency]),
    refused: count((status) => refusalStatuses.includes(status)),
    unexpected: Object.fromEntries(unexpected),
    errors,
    timeouts,
    bytesPerAnswer:
      bytes /
      Math.max(
        1,
        count(() => true),
      ),
    usage,
    cpuMsPerRequest: cpuMsPer(usage, answered),
  };
}

function verdictOf(results: readonly EndpointResult[]): Verdict {
  const failed = results.flatMap(({ path, answered, unexpected, errors, timeouts }) => [
    ...(answered === 0 ? [`FAILED: ${path} was never answered with 2xx.`] : []),
    ...(Object.keys(unexpected).length > 0
      ? [`FAILED: ${path} was answered with ${countsText(unexpected)}.`]
      : []),
    ...(errors + timeouts > 0
      ? [`FAILED: ${path} had ${errors} broken connections, ${timeouts} timeouts.`]
      : []),
  ]);
  const refused = results.filter((each) => each.refused > 0);
  const notes = refused.map(
    (each) => `${each.path} was refused ${each.refused} times (429 or 503): use more --people, or less load.`,
  );
  const sound = failed.length === 0;
  return {
    sound,
    sentences: [...(sound ? ['OK: every request was answered as it should be.'] : failed), ...notes],
  };
}

export function renderHttp(result: HttpResult): string {
  const { options, endpoints: results, verdict } = result;
  const load =
    `${options.connections} connections with one request under way on each, ${options.people} people in turn, ` +
    `${options.messages} messages in each conversation, ${options.warmup} s of warm-up and ${options.seconds} s measured ` +
    'for each endpoint';
  return sections([
    ['Run', runRows(result, load)],
    ['Answers', [['', 'requests/s', 'answered', 'refused', 'bytes', ''], ...results.map(answerRow)]],
    [
      'Latency (ms), closed loop',
      [latencyHead, ...results.map(({ path, latency }) => latencyRow(path, latency))],
    ],
    ['CPU ms/request', cpuTable(results)],
    ['Verdict', verdict.sentences.map((sentence) => [sentence])],
  ]);
}

function answerRow({ path, requestsPerSecond, answered, refused, bytesPerAnswer }: EndpointResult): Row {
  const numbers = [
    requestsPerSecond.toFixed(1),
    String(answered),
    String(refused),
    bytesPerAnswer.toFixed(0),
  ];
  return [path, ...numbers, ''];
}

function cpuTable(results: readonly EndpointResult[]): Row[] {
  const groups = [...new Set(results.flatMap(({ cpuMsPerRequest }) => Object.keys(cpuMsPerRequest)))];
  if (groups.length === 0) return [['not measured', 'this system has no /proc']];
  return [
    ['', ...groups, ''],
    ...results.map(({ path, cpuMsPerRequest }) => [
      path,
      ...groups.map((group) => (cpuMsPerRequest[group] ?? 0).toFixed(3)),
      '',
    ]),
  ];
}
