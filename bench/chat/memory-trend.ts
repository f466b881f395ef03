// How the memory of each part of Skein goes on over a long run: a leak of a megabyte a minute is invisible in a peak and
// fills a machine in a week.
import { processGroups, type ProcessGroup } from '../machine/process-groups.ts';
import type { UsageSample } from '../machine/series.ts';

export interface MemoryTrend {
  readonly group: ProcessGroup;
  /** Means of the first and of the last tenth of the measured interval. */
  readonly firstBytes: number;
  readonly lastBytes: number;
  /** Of the straight line through all samples: least squares. */
  readonly bytesPerHour: number;
}

/** Of the groups that are in every sample. */
export function memoryTrends(samples: readonly Pick<UsageSample, 'atS' | 'memoryBytes'>[]): MemoryTrend[] {
  if (samples.length === 0) return [];
  const tenth = Math.max(1, Math.floor(samples.length / 10));
  return processGroups
    .filter((group) => samples.every(({ memoryBytes }) => memoryBytes[group] !== undefined))
    .map((group) => {
      const bytes = samples.map(({ memoryBytes }) => memoryBytes[group]!);
      const seconds = samples.map(({ atS }) => atS);
      return {
        group,
        firstBytes: mean(bytes.slice(0, tenth)),
        lastBytes: mean(bytes.slice(-tenth)),
        bytesPerHour: slope(seconds, bytes) * 3600,
      };
    });
}

function slope(xs: readonly number[], ys: readonly number[]): number {
  const meanX = mean(xs);
  const meanY = mean(ys);
  let above = 0;
  let below = 0;
  xs.forEach((x, at) => {
    above += (x - meanX) * (ys[at]! - meanY);
    below += (x - meanX) ** 2;
  });
  return below === 0 ? 0 : above / below;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
