// Latencies as HDR histograms: three significant digits at any size, and those of several processes add up exactly,
// which averages of percentiles never do.
import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';

export interface LatencySummary {
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

export class Latency {
  readonly #histogram: Histogram = build({
    bitBucketSize: 32,
    autoResize: true,
    numberOfSignificantValueDigits: 3,
  });

  /** @param us microseconds; below one counts as one */
  record(us: number): void {
    this.#histogram.recordValue(Math.max(1, Math.round(us)));
  }

  /** As text that travels between processes. */
  encode(): string {
    return encodeIntoCompressedBase64(this.#histogram);
  }

  add(encoded: string): void {
    this.#histogram.add(decodeFromCompressedBase64(encoded));
  }

  get summary(): LatencySummary {
    const histogram = this.#histogram;
    const atMs = (percentile: number) => histogram.getValueAtPercentile(percentile) / 1_000;
    return {
      count: histogram.totalCount,
      p50Ms: atMs(50),
      p95Ms: atMs(95),
      p99Ms: atMs(99),
      p999Ms: atMs(99.9),
      maxMs: histogram.totalCount === 0 ? 0 : histogram.maxValue / 1_000,
    };
  }
}

/** One summary over what several processes recorded. */
export function mergeLatencies(encoded: readonly string[]): LatencySummary {
  const merged = new Latency();
  for (const each of encoded) merged.add(each);
  return merged.summary;
}
