// `npm run coverage [-- <part of a path>…]`: runs the tests and says how much of each folder's code they run, in whichever
// of the processes and browsers that they start.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CoverageReport, type CoverageFile, type CoverageReportOptions } from 'monocart-coverage-reports';
import { runCommand } from '../embedded/run-command.ts';
import { buildWebClient } from '../embedded/web-build.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
const webSources = 'web-client/src';
const folders = ['actors', 'bench', 'cluster', 'ops', 'protocol', 'storage', webSources];
/** Folders are told apart so deep. */
const depth = 2;
const worstShown = 10;
const webBuildTimeoutMs = 300_000;

interface Entry {
  readonly url: string;
  source?: string;
}

const stripped = new Map<string, string>();
const raw = mkdtempSync(path.join(os.tmpdir(), 'skein-coverage-'));
try {
  await buildWithSources();
  const code = await runTests(process.argv.slice(2));
  print(await reportOn());
  process.exitCode = code;
} finally {
  rmSync(raw, { recursive: true, force: true });
  // The next start builds one without the sources in it.
  rmSync(path.join(root, 'web-client', 'dist'), { recursive: true, force: true });
}

/** Builds with source maps, so that the browser's counts in the bundle become counts in the sources. */
async function buildWithSources(): Promise<void> {
  const { dir } = await buildWebClient(raw);
  const stamp = path.join(dir, 'sources.sha256');
  const hash = readFileSync(stamp);
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', 'web-client', '--sourcemap', 'inline'];
  const built = await runCommand(process.execPath, args, { cwd: root, timeoutMs: webBuildTimeoutMs });
  if (!built.ok) throw new Error(`the web client could not be built: ${built.stderr}`);
  writeFileSync(stamp, hash);
}

async function runTests(filters: readonly string[]): Promise<number> {
  const take = pathToFileURL(path.join(import.meta.dirname, 'take-coverage.js')).href;
  const env = {
    ...process.env,
    NODE_V8_COVERAGE: raw,
    NODE_DISABLE_COMPILE_CACHE: '1',
    NODE_OPTIONS: `--import=${take}`,
  };
  const tests = fork(path.join(import.meta.dirname, 'run.ts'), filters, { env });
  const [code] = (await once(tests, 'exit')) as [number | null];
  return code ?? 1;
}

/** Lines of a file that could run, by number, and how often each ran. */
interface Ran {
  readonly file: string;
  readonly lines: ReadonlyMap<number, number>;
}

/**
 * Node runs the sources without their types, the browser a bundle made of them: each is reported on its own, and a line
 * counts that ran in either. Some of protocol/ runs in both.
 */
async function reportOn(): Promise<readonly Ran[]> {
  const inNode = await report('node', isOurFile, {
    dir: folders.filter((folder) => folder !== webSources),
    filter: isOurs,
    transformer: (entry: Entry) => Promise.resolve(strip(entry)),
  });
  const inBrowser = await report('browser', (url) => /^http.*\.js$/.test(url), {
    dir: webSources,
    filter: isOurs,
  });
  const merged = new Map(inNode.map((ran) => [ran.file, ran]));
  for (const { file, lines } of inBrowser) {
    const known = merged.get(file)?.lines ?? lines;
    const both = [...known].map(([line, count]) => [line, count + (lines.get(line) ?? 0)] as const);
    merged.set(file, { file, lines: new Map(both) });
  }
  return [...merged.values()];
}

/** @param all files that count although nothing ran them */
async function report(
  name: string,
  isMeant: (url: string) => boolean,
  all: CoverageReportOptions['all'],
): Promise<Ran[]> {
  const coverage = new CoverageReport({
    outputDir: path.join(root, 'bench', 'out', 'coverage', name),
    baseDir: root,
    logging: 'error',
    reports: ['v8', 'lcovonly'],
    sourceFilter: (file) => isOurs(named(file)),
    sourcePath: named,
    ...(all && { all }),
  });
  for (const file of readdirSync(raw).filter((each) => each.startsWith('coverage-'))) {
    const { result } = JSON.parse(readFileSync(path.join(raw, file), 'utf8')) as { result: Entry[] };
    const entries = result.filter(({ url }) => isMeant(url));
    for (const entry of entries) if (entry.url.startsWith('file:')) strip(entry);
    if (entries.length > 0) await coverage.add(entries);
  }
  const files: readonly CoverageFile[] = (await coverage.generate())?.files ?? [];
  return files.map(({ sourcePath, data }) => ({ file: sourcePath, lines: countsOf(data?.lines ?? {}) }));
}

/** A line that is to be ignored has a word in the place of its count. */
function countsOf(lines: Readonly<Record<string, string | number>>): Map<number, number> {
  const counts = Object.entries(lines).filter(([, count]) => typeof count === 'number');
  return new Map(counts.map(([line, count]) => [Number(line), Number(count)]));
}

/** Vite names the sources of a bundle from the folder of the web client, without its name. */
function named(file: string): string {
  return file.replace(/^src\//, 'web-client/src/');
}

function isOurFile(url: string): boolean {
  return (
    url.startsWith(pathToFileURL(root + path.sep).href) && isOurs(path.relative(root, fileURLToPath(url)))
  );
}

function isOurs(file: string): boolean {
  const isProduct =
    /\.tsx?$/.test(file) && !/\.test\.tsx?$|\.d\.ts$|(^|\/)(testing|node_modules|dist|out)\//.test(file);
  return isProduct && folders.some((folder) => file.includes(`${folder}/`));
}

/** Types give way to blanks, so that places stay true. */
function strip(entry: Entry): void {
  const file = fileURLToPath(entry.url);
  if (!file.endsWith('.ts')) return;
  const source = stripped.get(file) ?? stripTypeScriptTypes(readFileSync(file, 'utf8'));
  stripped.set(file, source);
  entry.source = source;
}

function print(ran: readonly Ran[]): void {
  const files = ran.map(({ file, lines }) => {
    const covered = [...lines.values()].filter((count) => count > 0).length;
    return { file, covered, total: lines.size };
  });
  console.log('\nLines that ran, by folder:');
  const places = Map.groupBy(files, ({ file }) => placeOf(file));
  for (const [place, found] of [...places].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const sum = (of: 'covered' | 'total') => found.reduce((total, each) => total + each[of], 0);
    const [covered, total] = [sum('covered'), sum('total')];
    const percent = ((100 * covered) / Math.max(1, total)).toFixed(1);
    const counts = `${String(covered).padStart(6)} of ${String(total).padStart(6)}`;
    console.log(`${percent.padStart(6)} %  ${counts}  ${place}`);
  }
  console.log('\nMost lines that did not run:');
  const missed = files.map((each) => ({ ...each, uncovered: each.total - each.covered }));
  const worst = missed.toSorted((a, b) => b.uncovered - a.uncovered).slice(0, worstShown);
  for (const { file, uncovered, total } of worst)
    console.log(`${String(uncovered).padStart(6)} of ${String(total).padStart(6)}  ${file}`);
}

/** Such as `actors/session`; the rooms of the web client's sources one by one. */
function placeOf(file: string): string {
  const deep = file.startsWith(`${webSources}/`) ? depth + 1 : depth;
  return path.dirname(file).split('/').slice(0, deep).join('/');
}
