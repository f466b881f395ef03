// `npm run faults`: the whole fault suite, the long and the rare faults included, and every trial of which `npm test`
// takes a few rounds only, in full. With numbers of FAULTS or parts of titles it runs those tests only.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const root = path.resolve(import.meta.dirname, '..', '..');
/** Of one file. */
const timeoutMs = 1_200_000;
const ciMinutesMax = 45;
const outcomes = { passed: 'holds', failed: 'BROKEN', skipped: 'skipped' } as const;

const help = `npm run faults [-- --ci] [-- <number of a fault> | <part of a title>]…

  --ci    only files in which "npm test" skips faults or takes fewer rounds, in full; fails after ${ciMinutesMax} minutes
  --help  this, and what there is

SKEIN_FAULTS_SEED=<number> repeats what chance decided in an earlier run; every test says its seed.
SKEIN_TEST_SEEDS=<number>,… are the seeds of random commands.
`;

const { values: wanted, positionals } = parseArgs({
  options: { ci: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  allowPositionals: true,
});
// Modules read it when they are loaded, in this process too.
process.env['SKEIN_FAULTS'] = 'all';
const { startQuickly } = await import('../testing/quick-starts.ts');
const { runJob } = await import('../testing/run-job.ts');
const { ServiceDesk } = await import('../testing/service-desk.ts');
const { exitCodeOf, failureLines, summaryLines } = await import('../testing/summary.ts');
const { findTests } = await import('../testing/test-files.ts');
type FileResult = Awaited<ReturnType<typeof runJob>>[number];

interface TestFile {
  readonly file: string;
  readonly source: string;
  readonly titles: readonly string[];
  /** Whether `npm test` runs less of it. */
  readonly isCut: boolean;
}

const files: readonly TestFile[] = findTests(root, [])
  .map((file) => ({ file, source: readFileSync(path.join(root, file), 'utf8') }))
  .map(({ file, source }) => ({ file, source, titles: titlesIn(source), isCut: isCut(source) }))
  .filter(({ file, isCut }) => isCut || /^ops\/faults\/.*\.int\.test\.ts$/.test(file));

process.exitCode = wanted.help ? tellHelp() : await runTests(positionals);

function isCut(source: string): boolean {
  return /from '.*protocol\/testing\/rounds\.ts'|from '\.\.\/testing\/rounds\.ts'/.test(source);
}

/** Titles as they stand in the sources; what a loop makes of them stands between the pieces. */
function titlesIn(source: string): string[] {
  const strings = source.matchAll(/(['"`])((?:(?!\1).)*\(FAULTS [\d, ]+\))\1/g);
  return [...strings].map(([, , title]) => title!.replaceAll(/\$\{[^}]*\}/g, '…'));
}

/** A number means that fault, anything else a part of the title. */
function patternOf(text: string): RegExp {
  if (/^\d+$/.test(text)) return new RegExp(`\\(FAULTS (\\d+, )*${text}(, \\d+)*\\)`);
  return new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i');
}

function tellHelp(): 0 {
  console.log(help);
  for (const { file, titles, isCut } of files) {
    console.log(`${file}${isCut ? '' : ' (in full in npm test)'}`);
    for (const title of titles) console.log(`  ${title}`);
  }
  return 0;
}

async function runTests(parts: readonly string[]): Promise<number> {
  const patterns = parts.map(patternOf);
  const isWanted = (text: string) => patterns.length === 0 || patterns.some((each) => each.test(text));
  const some = files
    .filter(({ isCut }) => isCut || !wanted.ci)
    // A part of a title may be one that a loop fills in: then the source has it elsewhere.
    .filter(({ titles, source }) => titles.some(isWanted) || isWanted(source));
  if (some.length === 0) {
    console.error('No fault is called so; --help says what there is.');
    return 1;
  }
  const startedMs = performance.now();
  startQuickly();
  const results = await runOneByOne(
    some.map(({ file }) => file),
    patterns,
  );
  summarize(results);
  const seconds = (performance.now() - startedMs) / 1_000;
  for (const line of summaryLines(results, { shares: [], seconds })) console.log(line);
  return exitCodeOf(results);
}

async function runOneByOne(some: readonly string[], patterns: readonly RegExp[]): Promise<FileResult[]> {
  const desk = await ServiceDesk.open();
  process.env['SKEIN_TEST_DESK'] = desk.url;
  const signal = AbortSignal.any([
    interruption(),
    ...(wanted.ci ? [AbortSignal.timeout(ciMinutesMax * 60_000)] : []),
  ]);
  const results: FileResult[] = [];
  try {
    for (const file of some) {
      const job = await runJob(
        { files: [file], kind: 'fault', alone: true },
        {
          timeoutMs,
          signal,
          ...(patterns.length > 0 && { titles: patterns }),
          show: (text) => process.stdout.write(text),
          onFailure: (failure) => failureLines(failure).forEach((line) => console.error(line)),
        },
      );
      results.push(...job);
    }
  } finally {
    await desk.close();
  }
  return results;
}

function interruption(): AbortSignal {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupted.abort());
  return interrupted.signal;
}

function summarize(results: readonly FileResult[]): void {
  const tests = results.flatMap((result) => result.tests).filter(({ title }) => /FAULTS \d/.test(title));
  const firstFault = ({ title }: { title: string }) => Number(/FAULTS (\d+)/.exec(title)![1]);
  console.log('\nFault    Result   Seconds  Test');
  for (const { title, outcome, seconds } of tests.toSorted((a, b) => firstFault(a) - firstFault(b))) {
    const [, numbers = ''] = /FAULTS ([\d, ]*\d)/.exec(title) ?? [];
    const name = title.replace(/ \(FAULTS [\d, ]+\)/, '').replaceAll(/\[[A-Z]+-\d+\] ?/g, '');
    console.log(
      `${numbers.padEnd(8)} ${outcomes[outcome].padEnd(8)} ${seconds.toFixed(1).padStart(7)}  ${name}`,
    );
  }
}
