// `npm test`: every test there is, on the real services, started once for all of them. `npm test -- <part of a path>…`
// runs the files whose path contains one of the parts, `npm run test:unit` those that need no service.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { parseArgs } from 'node:util';
import { sentenceOf } from '../embedded/embedded-error.ts';
import { patienceMs, until } from '../../protocol/waiting.ts';
import { runAgain, shareThatExcuses } from './again.ts';
import { runInLanes } from './lanes.ts';
import { startQuickly } from './quick-starts.ts';
import { runJob, type FileResult } from './run-job.ts';
import { ServiceDesk } from './service-desk.ts';
import { sharesIn } from './shares.ts';
import { StolenTime } from '../../bench/machine/stolen-time.ts';
import { exitCodeOf, failureLines, summaryLines } from './summary.ts';
import { findTests, isUnit, jobsOf } from './test-files.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
/** Says what each folder may take. */
const guide = path.join(root, 'CONTRIBUTING.md');
/** Of one process with so many files: most of those with services are done in half a minute. */
const timeoutMs = (files: number): number => (4 + files) * patienceMs;
/** Tests wait more than they compute. With four at a time servers refuse work on two cores, and rightly. */
const lanes = 3;
/** How long the machine has to have had its time before what failed is run again, and how long that is waited for. */
const quietForMs = 10_000;
const quietWithinMs = 300_000;

const interrupted = new AbortController();
const { signal } = interrupted;
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupted.abort());
const { values: wanted, positionals: filters } = parseArgs({
  options: { unit: { type: 'boolean' }, watch: { type: 'boolean' } },
  allowPositionals: true,
});
startQuickly();
const files = findTests(root, filters).filter((file) => !wanted.unit || isUnit(file));
process.exitCode = await (wanted.watch ? watch() : runAll()).catch((error: unknown) => {
  console.error(sentenceOf(error));
  return 1;
});

async function runAll(): Promise<number> {
  if (files.length === 0) {
    console.error('No test file matches.');
    return 1;
  }
  const startedMs = performance.now();
  const desk = await ServiceDesk.open();
  process.env['SKEIN_TEST_DESK'] = desk.url;
  const stolen = new StolenTime().start();
  try {
    const results = await runWith(stolen);
    const isWhole = filters.length === 0 && !wanted.unit;
    const shares = isWhole && existsSync(guide) ? sharesIn(readFileSync(guide, 'utf8')) : [];
    const seconds = (performance.now() - startedMs) / 1_000;
    for (const line of summaryLines(results, { shares, seconds })) console.log(line);
    return signal.aborted ? 130 : exitCodeOf(results);
  } finally {
    stolen.stop();
    await desk.close();
  }
}

function runWith(stolen: StolenTime): Promise<FileResult[]> {
  return runAgain(files, {
    run: runFiles,
    worstShare: (fromMs, untilMs) => (signal.aborted ? 0 : stolen.worstShare(fromMs, untilMs)),
    async quiet() {
      const isQuiet = () =>
        signal.aborted || stolen.worstShare(performance.now() - quietForMs) < shareThatExcuses;
      await until(isQuiet, { timeoutMs: quietWithinMs, everyMs: 1_000 });
    },
    say: (line) => console.log(line),
  });
}

/** A file's lines are shown together when it has ended, its failures at once; of the only job there is, everything. */
async function runFiles(some: readonly string[]): Promise<FileResult[]> {
  const jobs = jobsOf(some);
  return runInLanes(jobs, lanes, async (job) => {
    if (signal.aborted) return [];
    let shown = '';
    const show = (text: string): void =>
      void (jobs.length === 1 ? process.stdout.write(text) : (shown += text));
    const results = await runJob(job, {
      timeoutMs: timeoutMs(job.files.length),
      signal,
      show,
      onFailure: (failure) => failureLines(failure).forEach((line) => console.log(line)),
    });
    process.stdout.write(shown);
    return results;
  });
}

/** Runs whatever a change of a source touches, until it is interrupted. */
async function watch(): Promise<number> {
  const units = files.filter(isUnit).map((file) => path.join(root, file));
  const tests = run({ files: units, watch: true, concurrency: 2, signal });
  for await (const text of tests.compose(spec)) process.stdout.write(text as string);
  return 0;
}
