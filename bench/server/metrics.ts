// Prometheus' text as the server's processes give it.

/** Pauses of one or several processes to collect garbage, counted since they started. */
export interface GcPauses {
  readonly count: number;
  readonly seconds: number;
  readonly over10Ms: number;
  readonly over100Ms: number;
}

const readWithinMs = 5_000;
const gc = 'nodejs_gc_duration_seconds';

/** One text for each address, empty where a process did not answer: it may be too busy for it, or gone. */
export function readTexts(urls: readonly string[]): Promise<string[]> {
  return Promise.all(urls.map(readText));
}

/** Reads one `name{labels} value` a line. */
export function* parseMetrics(
  text: string,
): Generator<[name: string, value: number, labels: string | undefined]> {
  for (const line of text.split('\n')) {
    const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line);
    if (match) yield [match[1]!, Number(match[3]), match[2]];
  }
}

export function gcPauses(text: string): GcPauses {
  const found = { count: 0, seconds: 0, within10Ms: 0, within100Ms: 0 };
  for (const [name, value, labels = ''] of parseMetrics(text)) {
    if (name === `${gc}_count`) found.count += value;
    else if (name === `${gc}_sum`) found.seconds += value;
    else if (name === `${gc}_bucket` && labels.includes('le="0.01"')) found.within10Ms += value;
    else if (name === `${gc}_bucket` && labels.includes('le="0.1"')) found.within100Ms += value;
  }
  const { count, seconds, within10Ms, within100Ms } = found;
  return { count, seconds, over10Ms: count - within10Ms, over100Ms: count - within100Ms };
}

async function readText(url: string): Promise<string> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(readWithinMs) });
    return answer.ok ? await answer.text() : '';
  } catch {
    return '';
  }
}
