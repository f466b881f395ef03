// The server's counters about itself, read from its processes' metrics before and after the measured interval: how
// many messages shared a journal record, what was repeated, where the time went.
import { gcPauses, parseMetrics, readTexts } from './metrics.ts';

/** Sums over all processes, by metric. */
export type Counters = Readonly<Record<string, number>>;

/** Metrics that could not be read are left out: a server that is too busy for them still counts. */
export async function readCounters(metricsUrls: readonly string[]): Promise<Counters> {
  const total: Record<string, number> = {};
  const add = (name: string, value: number) => (total[name] = (total[name] ?? 0) + value);
  for (const text of await readTexts(metricsUrls)) {
    for (const [name, value] of parseMetrics(text)) if (/^skein_.*_total$/.test(name)) add(name, value);
    const { count, seconds, over10Ms, over100Ms } = gcPauses(text);
    if (count === 0) continue;
    add('nodejs_gc_pauses', count);
    add('nodejs_gc_pause_seconds', seconds);
    add('nodejs_gc_pauses_over_10ms', over10Ms);
    add('nodejs_gc_pauses_over_100ms', over100Ms);
  }
  return total;
}

/** Increase from one reading to the next. */
export function countersBetween(before: Counters, after: Counters): Counters {
  const added = Object.entries(after).map(([name, value]): [string, number] => [
    name,
    value - (before[name] ?? 0),
  ]);
  return Object.fromEntries(added.filter(([, value]) => value > 0));
}
