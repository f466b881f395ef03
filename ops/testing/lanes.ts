// Runs jobs beside each other, as many at a time as there are lanes, and then those that want to be alone.
import type { TestJob, TestKind } from './test-files.ts';

/** Longest first: what is left over at the end is short. */
const preferred: readonly TestKind[] = ['fault', 'journey', 'unit', 'other'];

/** Faults run beside journeys and others rather than beside faults, as long as there are such. */
export async function runInLanes<Result>(
  jobs: readonly TestJob[],
  lanes: number,
  run: (job: TestJob) => Promise<readonly Result[]>,
): Promise<Result[]> {
  const results: Result[] = [];
  const running: TestKind[] = [];
  const waiting = jobs.filter(({ alone }) => !alone);
  const runLane = async (): Promise<void> => {
    for (let next = takeNext(waiting, running); next; next = takeNext(waiting, running)) {
      running.push(next.kind);
      try {
        results.push(...(await run(next)));
      } finally {
        running.splice(running.indexOf(next.kind), 1);
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, runLane));
  for (const job of jobs.filter(({ alone }) => alone)) results.push(...(await run(job)));
  return results;
}

/** Takes the first job of the kind that the fewest lanes run. */
function takeNext(waiting: TestJob[], running: readonly TestKind[]): TestJob | undefined {
  const runningOf = (kind: TestKind) => running.filter((each) => each === kind).length;
  const kinds = preferred.filter((kind) => waiting.some((job) => job.kind === kind));
  const [kind] = kinds.toSorted((a, b) => runningOf(a) - runningOf(b));
  const at = waiting.findIndex((job) => job.kind === kind);
  return at < 0 ? undefined : waiting.splice(at, 1)[0];
}
