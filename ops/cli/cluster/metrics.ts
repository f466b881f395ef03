// A process's metrics as it answers them, and what two readings tell: rates and the quantiles of a histogram.
import type { MetricObjectWithValues, MetricValue } from 'prom-client';
import type { ClusterAccess } from './access.ts';

type Answer = readonly MetricObjectWithValues<MetricValue<string>>[];

export class Metrics {
  readonly atMs: number;
  readonly #values = new Map<string, readonly MetricValue<string>[]>();

  constructor(answer: Answer, atMs: number) {
    this.atMs = atMs;
    for (const { name, values } of answer) this.#values.set(name, values);
  }

  /** Of all labels together; null when the process has no such metric. */
  value(name: string): number | null {
    const values = this.#values.get(name);
    return values ? values.reduce((sum, { value }) => sum + value, 0) : null;
  }

  /** Cumulative counts by upper bound, in ascending order. */
  buckets(name: string): (readonly [upTo: number, count: number])[] {
    return (this.#values.get(name) ?? [])
      .filter((each) => (each as { metricName?: string }).metricName === `${name}_bucket`)
      .map(({ labels, value }) => [Number(String(labels['le']).replace('+Inf', 'Infinity')), value] as const)
      .sort(([a], [b]) => a - b);
  }
}

/** Null when the process does not answer. */
export async function readMetrics(access: ClusterAccess, who: string): Promise<Metrics | null> {
  try {
    return new Metrics(await access.ask(who, 'metrics', {}), performance.now());
  } catch {
    return null;
  }
}

/** Per second between two readings; null when there is none, or the process began anew. */
export function rate(before: Metrics | null, after: Metrics | null, name: string): number | null {
  const first = before?.value(name) ?? null;
  const second = after?.value(name) ?? null;
  if (first === null || second === null || second < first) return null;
  return (second - first) / Math.max(0.001, (after!.atMs - before!.atMs) / 1000);
}

/** The quantile of what was observed between two readings, interpolated within its bucket; null when nothing was. */
export function quantile(
  before: Metrics | null,
  after: Metrics | null,
  name: string,
  part: number,
): number | null {
  if (!after) return null;
  const earlier = new Map(before?.buckets(name));
  const counts = after
    .buckets(name)
    .map(([upTo, count]) => [upTo, count - (earlier.get(upTo) ?? 0)] as const);
  const total = counts.at(-1)?.[1] ?? 0;
  if (total <= 0) return null;
  const wanted = part * total;
  let [lower, below] = [0, 0];
  for (const [upTo, count] of counts) {
    if (count >= wanted) {
      // Beyond the last bound nothing is known but that it was exceeded.
      if (upTo === Infinity) return lower;
      return lower + (upTo - lower) * ((wanted - below) / (count - below));
    }
    [lower, below] = [upTo, count];
  }
  return lower;
}
