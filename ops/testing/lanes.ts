// Runs jobs beside each other, as many at a time as there are lanes, and then those that want to be alone.
import type { TestJob } from './test-files.ts';

export async function runInLanes<Result>(
  jobs: readonly TestJob[],
  lanes: number,
  run: (job: TestJob) => Promise<readonly Result[]>,
): Promise<Result[]> {
  const results: Result[] = [];
  const runAll = async (waiting: Iterator<TestJob>): Promise<void> => {
    for (let next = waiting.next(); !next.done; next = waiting.next()) {
      results.push(...(await run(next.value)));
    }
  };
  const beside = jobs.filter(({ alone }) => !alone).values();
  await Promise.all(Array.from({ length: lanes }, () => runAll(beside)));
  await runAll(jobs.filter(({ alone }) => alone).values());
  return results;
}
