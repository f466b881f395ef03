// Runs test files, and those again that failed while the host kept the processor from this machine. What failed on a
// machine that ran is never run again.
import type { FileResult } from './run-files.ts';

export interface AgainOptions {
  readonly nowMs: () => number;
  readonly run: (files: readonly string[]) => Promise<FileResult[]>;
  /** The worst part of the machine's time that was taken for a few seconds since then, 0 to 1. */
  readonly worstShare: (sinceMs: number) => number;
  /** Resolves when the machine has its time, or after long enough. */
  readonly quiet: () => Promise<void>;
  readonly say: (line: string) => void;
}

/** Below it the tests hold: it was tried with half of the machine taken, evenly. */
export const shareThatExcuses = 0.2;
const runsMax = 3;

/** What each file came to when it ran last. */
export async function runAgain(files: readonly string[], options: AgainOptions): Promise<FileResult[]> {
  const { nowMs, run, worstShare, quiet, say } = options;
  let startedMs = nowMs();
  const results = new Map((await run(files)).map((result) => [result.file, result]));
  for (let runs = 1; runs < runsMax; runs++) {
    const failed = [...results.values()].filter(({ ok }) => !ok).map(({ file }) => file);
    if (failed.length === 0) break;
    const share = worstShare(startedMs);
    if (share < shareThatExcuses) break;
    say(
      `The host took up to ${Math.round(share * 100)} % of this machine meanwhile. Again: ${failed.join(', ')}`,
    );
    await quiet();
    startedMs = nowMs();
    for (const result of await run(failed)) results.set(result.file, result);
  }
  return [...results.values()];
}
