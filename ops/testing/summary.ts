// The last lines of a test run: how long it took and where, and every failure once more.
import type { Failure, FileResult } from './run-job.ts';
import { secondsOf, timeOf, type Share } from './shares.ts';

const slowestShown = 10;

export function failureLines({ file, title, reason }: Failure): string[] {
  return [`✖ ${file}: ${title}`, ...reason.split('\n').map((line) => `    ${line}`)];
}

export function summaryLines(
  results: readonly FileResult[],
  { shares, seconds }: { readonly shares: readonly Share[]; readonly seconds: number },
): string[] {
  const sum = (of: (result: FileResult) => number) => results.reduce((total, each) => total + of(each), 0);
  const failures = results.flatMap((result) => result.failures);
  return [
    '',
    ...slowestLines(results),
    ...shareLines(results, shares),
    ...failures.flatMap(failureLines),
    `Altogether: ${sum(({ passed }) => passed)} tests passed, ${failures.length} failed, ` +
      `${sum(({ skipped }) => skipped)} skipped in ${seconds.toFixed(1)} s.`,
  ];
}

export function exitCodeOf(results: readonly FileResult[]): 0 | 1 {
  return results.every(({ ok }) => ok) ? 0 : 1;
}

function slowestLines(results: readonly FileResult[]): string[] {
  const took = ({ startedMs, endedMs }: FileResult) => (endedMs - startedMs) / 1_000;
  const slowest = results.toSorted((a, b) => took(b) - took(a)).slice(0, slowestShown);
  return ['Slowest files:', ...slowest.map((each) => `${took(each).toFixed(1).padStart(7)} s  ${each.file}`)];
}

function shareLines(results: readonly FileResult[], shares: readonly Share[]): string[] {
  if (shares.length === 0) return [];
  const taken = secondsOf(shares, timeOf(results));
  const lines = shares.map((share) => {
    const { folder, seconds } = share;
    const took = taken.get(share)!;
    const over =
      took > seconds ? '  MORE THAN ITS SHARE: move rounds to `npm run faults`, never promises' : '';
    return `${took.toFixed(1).padStart(7)} s of ${String(seconds).padStart(3)}  ${folder}${over}`;
  });
  return ['', 'The ten minutes:', ...lines, ''];
}
