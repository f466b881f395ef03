// What the server counts about itself, read from its processes' metrics before and after the measured interval: how
// many messages shared a journal record, what was repeated, where the time went.

/** Sums over all processes, by metric; of lags the largest. */
export type Counters = Readonly<Record<string, number>>;

const readWithinMs = 5_000;
const lag = 'nodejs_eventloop_lag_p99_seconds';

/** Metrics that could not be read are left out: a server that is too busy for them still counts. */
export async function readCounters(metricsUrls: readonly string[]): Promise<Counters> {
  const texts = await Promise.all(metricsUrls.map(readText));
  const total: Record<string, number> = {};
  for (const text of texts) {
    for (const [name, value] of parseMetrics(text)) {
      if (name === lag) total[name] = Math.max(total[name] ?? 0, value);
      else if (/^skein_.*_total$/.test(name)) total[name] = (total[name] ?? 0) + value;
    }
  }
  return total;
}

/** What was added from one reading to the next; the lag is that of the second one. */
export function countersBetween(before: Counters, after: Counters): Counters {
  const added = Object.entries(after).map(([name, value]): [string, number] => [
    name,
    name === lag ? value : value - (before[name] ?? 0),
  ]);
  return Object.fromEntries(added.filter(([, value]) => value > 0));
}

/** Reads Prometheus' text: one `name{labels} value` a line. */
export function* parseMetrics(text: string): Generator<[name: string, value: number]> {
  for (const line of text.split('\n')) {
    const match = /^([a-zA-Z_:][\w:]*)(?:\{.*\})? (\S+)/.exec(line);
    if (match) yield [match[1]!, Number(match[2])];
  }
}

async function readText(url: string): Promise<string> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(readWithinMs) });
    return answer.ok ? await answer.text() : '';
  } catch {
    return '';
  }
}
