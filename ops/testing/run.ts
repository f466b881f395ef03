// `npm test`: every test there is, on the real services, started once for all of them. `npm test -- <part of a path>…`
// runs the files whose path contains one of the parts.
import path from 'node:path';
import { sentenceOf } from '../embedded/embedded-error.ts';
import { until } from '../embedded/waiting.ts';
import { runAgain, shareThatExcuses } from './again.ts';
import { runFiles, type FileResult } from './run-files.ts';
import { startPrivateServices } from './services.ts';
import { StolenTime } from './stolen-time.ts';
import { findTests, type TestPlan } from './test-files.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
/** Of a whole file: a browser journey or a part of the fault suite, on a slow machine. */
const timeoutMs = 900_000;
/** How long the machine has to have had its time before what failed is run again, and how long that is waited for. */
const quietForMs = 10_000;
const quietWithinMs = 300_000;

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());
process.exitCode = await runAll(findTests(root, process.argv.slice(2))).catch((error: unknown) => {
  console.error(sentenceOf(error));
  return 1;
});

async function runAll(tests: TestPlan): Promise<number> {
  if (tests.parallel.length + tests.alone.length === 0) {
    console.error('No test file matches.');
    return 1;
  }
  const services = tests.needsServices ? await startPrivateServices() : undefined;
  if (services) {
    process.env['SKEIN_TEST_DATABASE_URL'] = services.databaseUrl;
    process.env['SKEIN_TEST_NATS_URL'] = services.natsUrl;
  }
  const stolen = new StolenTime().start();
  try {
    const results = await runWith(stolen, tests.parallel, 2);
    for (const file of tests.alone) {
      if (!interrupted.signal.aborted) results.push(...(await runWith(stolen, [file], 1)));
    }
    return summarize(results);
  } finally {
    stolen.stop();
    await services?.stop();
  }
}

function runWith(stolen: StolenTime, files: readonly string[], concurrency: number): Promise<FileResult[]> {
  const { signal } = interrupted;
  return runAgain(files, {
    nowMs: () => performance.now(),
    run: (some) => runFiles(some, { root, concurrency, timeoutMs, signal }),
    worstShare: (sinceMs) => (signal.aborted ? 0 : stolen.worstShare(sinceMs)),
    async quiet() {
      const isQuiet = () =>
        signal.aborted || stolen.worstShare(performance.now() - quietForMs) < shareThatExcuses;
      await until(isQuiet, { timeoutMs: quietWithinMs, everyMs: 1_000 });
    },
    say: (line) => console.log(line),
  });
}

function summarize(results: readonly FileResult[]): number {
  const failed = results.filter(({ ok }) => !ok);
  const sum = (of: (result: FileResult) => number) => results.reduce((total, each) => total + of(each), 0);
  console.log(
    `\nAltogether: ${sum(({ passed }) => passed)} tests passed, ${sum(({ skipped }) => skipped)} skipped.`,
  );
  for (const { file } of failed) console.log(`Failed: ${file}`);
  if (interrupted.signal.aborted) return 130;
  return failed.length > 0 ? 1 : 0;
}
