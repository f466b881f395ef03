// How much of a run's time each folder took: while several files run, each of them takes its part of every second.
import path from 'node:path';

export interface Span {
  readonly file: string;
  readonly startedMs: number;
  readonly endedMs: number;
}

export interface Share {
  readonly folder: string;
  /** Its share. */
  readonly seconds: number;
}

/** Milliseconds of each file; together they are the time in which any file ran. */
export function timeOf(spans: readonly Span[]): Map<string, number> {
  const times = new Map(spans.map(({ file }) => [file, 0]));
  const moments = [...new Set(spans.flatMap(({ startedMs, endedMs }) => [startedMs, endedMs]))].sort(
    (a, b) => a - b,
  );
  for (const [at, fromMs] of moments.slice(0, -1).entries()) {
    const untilMs = moments[at + 1]!;
    const running = spans.filter(({ startedMs, endedMs }) => startedMs <= fromMs && endedMs >= untilMs);
    for (const { file } of running) times.set(file, times.get(file)! + (untilMs - fromMs) / running.length);
  }
  return times;
}

/** The table below "The ten minutes": folders in code quotes, their seconds in the next column. */
export function sharesIn(markdown: string): Share[] {
  const [, section = ''] = markdown.split(/^## The ten minutes$/m);
  const rows = section.split(/^## /m)[0]!.matchAll(/^\| `([^`]+)` +\| +(\d+) /gm);
  return [...rows].map(([, folder, seconds]) => ({ folder: folder!, seconds: Number(seconds) }));
}

/** Seconds of each row of the table; a file counts for the longest folder that it is in. */
export function secondsOf(shares: readonly Share[], times: ReadonlyMap<string, number>): Map<Share, number> {
  const seconds = new Map(shares.map((share) => [share, 0]));
  for (const [file, ms] of times) {
    const [share] = shares
      .filter(({ folder }) => file.startsWith(folder + path.sep))
      .sort((a, b) => b.folder.length - a.folder.length);
    if (share) seconds.set(share, seconds.get(share)! + ms / 1_000);
  }
  return seconds;
}
