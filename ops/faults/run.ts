// `npm run faults`: the whole fault suite, the long and the rare faults included. With numbers of FAULTS or parts of
// titles it runs those tests only.
import path from 'node:path';
import { readdirSync, readFileSync } from 'node:fs';
import { spec } from 'node:test/reporters';
import { run } from 'node:test';

const folder = import.meta.dirname;
/** Of one file. */
const timeoutMs = 1_200_000;

interface Result {
  readonly title: string;
  readonly outcome: 'holds' | 'BROKEN' | 'skipped';
  readonly seconds: number;
}

interface TestFile {
  readonly file: string;
  readonly source: string;
  readonly titles: readonly string[];
}

/** Titles as they stand in the sources; what a loop makes of them stands between the pieces. */
function testFiles(): TestFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.int.test.ts'))
    .map((name) => path.join(folder, name))
    .map((file) => ({ file, source: readFileSync(file, 'utf8') }))
    .map(({ file, source }) => ({ file, source, titles: titlesIn(source) }));
}

function titlesIn(source: string): string[] {
  const strings = source.matchAll(/(['"`])((?:(?!\1).)*\(FAULTS [\d, ]+\))\1/g);
  return [...strings].map(([, , title]) => title!.replaceAll(/\$\{[^}]*\}/g, '…'));
}

/** A number means that fault, anything else a part of the title. */
function patternOf(wanted: string): RegExp {
  if (/^\d+$/.test(wanted)) return new RegExp(`\\(FAULTS (\\d+, )*${wanted}(, \\d+)*\\)`);
  return new RegExp(wanted.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i');
}

function help(): void {
  console.log('npm run faults [-- <number of a fault> | <part of a title>]…\n');
  console.log('SKEIN_FAULTS_SEED=<number> repeats what chance decided in an earlier run. What there is:\n');
  for (const { file, titles } of testFiles()) {
    console.log(path.basename(file, '.int.test.ts'));
    for (const title of titles) console.log(`  ${title}`);
  }
}

async function runTests(wanted: readonly string[]): Promise<number> {
  const patterns = wanted.map(patternOf);
  const isWanted = (text: string) => patterns.length === 0 || patterns.some((each) => each.test(text));
  // A part of a title may be one that a loop fills in: then the source has it elsewhere.
  const files = testFiles().filter(({ titles, source }) => titles.some(isWanted) || isWanted(source));
  if (files.length === 0) {
    console.error('No fault is called so; --help says what there is.');
    return 1;
  }
  process.env['SKEIN_FAULTS'] = 'all';
  const results: Result[] = [];
  const tests = run({
    files: files.map(({ file }) => file),
    concurrency: 1,
    timeout: timeoutMs,
    ...(patterns.length > 0 && { testNamePatterns: patterns }),
  });
  let failed = false;
  tests.on('test:pass', ({ name, skip, details }) => {
    if (isTest(name))
      results.push({ title: name, outcome: skip ? 'skipped' : 'holds', seconds: seconds(details) });
  });
  tests.on('test:fail', ({ name, details }) => {
    failed = true;
    // At once: the end of the suite is half an hour away, and may never come.
    console.error(`${name}:`, details.error.cause ?? details.error);
    results.push({ title: name, outcome: 'BROKEN', seconds: seconds(details) });
  });
  const shown = tests.compose(spec);
  shown.pipe(process.stdout);
  await new Promise((resolve) => shown.once('end', resolve));
  summarize(results);
  return failed ? 1 : 0;
}

const isTest = (name: string) => /FAULTS/.test(name);
const seconds = ({ duration_ms: ms }: { duration_ms: number }) => ms / 1_000;

function summarize(results: readonly Result[]): void {
  console.log('\nFault    Result   Seconds  Test');
  for (const { title, outcome, seconds: took } of results.toSorted(byFault)) {
    const [, numbers = ''] = /\(FAULTS ([\d, ]+)\)/.exec(title) ?? [];
    const name = title.replace(/ \(FAULTS [\d, ]+\)/, '').replaceAll(/\[[A-Z]+-\d+\] ?/g, '');
    console.log(`${numbers.padEnd(8)} ${outcome.padEnd(8)} ${took.toFixed(1).padStart(7)}  ${name}`);
  }
}

const firstFault = ({ title }: Result) => Number(/FAULTS (\d+)/.exec(title)?.[1] ?? 0);
const byFault = (a: Result, b: Result) => firstFault(a) - firstFault(b);

const args = process.argv.slice(2);
if (args.includes('--help') || args.includes('-h')) help();
else process.exitCode = await runTests(args);
