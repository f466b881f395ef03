// A run second by second, put together from what each generator kept of it.
import { mergeLatencies } from '../latency.ts';
import type { GeneratorResults } from './commands.ts';

export interface TimelineSample {
  /** When the second begins, from the start of the measured interval. */
  readonly atS: number;
  /** Messages that were acknowledged, and shown to others, within it. */
  readonly accepted: number;
  readonly delivered: number;
  /** To the recipients, of what was due within it; 0 when nothing was delivered. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Timeline {
  readonly everyMs: number;
  readonly samples: readonly TimelineSample[];
}

type BySecond = Pick<GeneratorResults, 'deliveryBySecond' | 'acceptedBySecond' | 'deliveredBySecond'>;

export function timelineOf(generators: readonly BySecond[]): Timeline {
  const seconds = Math.max(0, ...generators.map(({ deliveryBySecond }) => deliveryBySecond.length));
  const samples = Array.from({ length: seconds }, (_, atS): TimelineSample => {
    const sum = (field: 'acceptedBySecond' | 'deliveredBySecond') =>
      generators.reduce((total, each) => total + (each[field][atS] ?? 0), 0);
    const encoded = generators.map(({ deliveryBySecond }) => deliveryBySecond[atS]);
    const { count, p50Ms, p99Ms } = mergeLatencies(encoded.filter((each) => each !== undefined));
    return {
      atS,
      accepted: sum('acceptedBySecond'),
      delivered: sum('deliveredBySecond'),
      p50Ms: count === 0 ? 0 : p50Ms,
      p99Ms: count === 0 ? 0 : p99Ms,
    };
  });
  return { everyMs: 1_000, samples };
}
