// Runs test files, and those again that failed while the host kept the processor from this machine. What failed on a
// machine that ran is never run again.
import type { FileResult } from './run-job.ts';

type Result = Pick<FileResult, 'file' | 'ok' | 'startedMs' | 'endedMs'>;

export interface AgainOptions<Each extends Result> {
  readonly run: (files: readonly string[]) => Promise<Each[]>;
  /** The worst part of the machine's time that was taken for a few seconds between, 0 to 1. */
  readonly worstShare: (fromMs: number, untilMs: number) => number;
  /** Resolves when the machine has its time, or after long enough. */
  readonly quiet: () => Promise<void>;
  readonly say: (line: string) => void;
}

/** Below it the tests hold: it was tried with half of the machine taken, evenly. */
export const shareThatExcuses = 0.2;
const runsMax = 3;

/** Result of each file's last run. */
export async function runAgain<Each extends Result>(
  files: readonly string[],
  options: AgainOptions<Each>,
): Promise<Each[]> {
  const { run, worstShare, quiet, say } = options;
  const results = new Map((await run(files)).map((result) => [result.file, result]));
  for (let runs = 1; runs < runsMax; runs++) {
    const shareOf = ({ startedMs, endedMs }: Each) => worstShare(startedMs, endedMs);
    const excused = [...results.values()].filter((each) => !each.ok && shareOf(each) >= shareThatExcuses);
    if (excused.length === 0) break;
    const share = Math.max(...excused.map(shareOf));
    const again = excused.map(({ file }) => file);
    say(
      `The host took up to ${Math.round(share * 100)} % of this machine meanwhile. Again: ${again.join(', ')}`,
    );
    await quiet();
    for (const result of await run(again)) results.set(result.file, result);
  }
  return [...results.values()];
}
