// `npm run coverage [-- <part of a path>…]`: runs the tests and says how much of each folder's code they run, in whichever
// of the processes and browsers that they start.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CoverageReport, type CoverageFile } from 'monocart-coverage-reports';
import { runCommand } from '../embedded/run-command.ts';
import { buildWebClient } from '../embedded/web-build.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
const folders = ['actors', 'bench', 'cluster', 'ops', 'protocol', 'storage', 'web-client/src'];
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
  const env = { ...process.env, NODE_V8_COVERAGE: raw, NODE_OPTIONS: `--import=${take}` };
  const tests = fork(path.join(import.meta.dirname, 'run.ts'), filters, { env });
  const [code] = (await once(tests, 'exit')) as [number | null];
  return code ?? 1;
}

async function reportOn(): Promise<readonly CoverageFile[]> {
  const report = new CoverageReport({
    outputDir: path.join(root, 'bench', 'out', 'coverage'),
    baseDir: root,
    logging: 'error',
    reports: ['v8', 'lcovonly'],
    sourceFilter: (file) => isOurs(named(file)),
    sourcePath: named,
    all: { dir: folders, filter: isOurs, transformer: (entry: Entry) => Promise.resolve(strip(entry)) },
  });
  for (const name of readdirSync(raw).filter((file) => file.startsWith('coverage-'))) {
    const { result } = JSON.parse(readFileSync(path.join(raw, name), 'utf8')) as { result: Entry[] };
    const entries = result.filter(({ url }) => /^http.*\.js$/.test(url) || isOurFile(url));
    for (const entry of entries) if (entry.url.startsWith('file:')) strip(entry);
    if (entries.length > 0) await report.add(entries);
  }
  return (await report.generate())?.files ?? [];
}

/** A source of the bundle is told by where the browser had the bundle from. */
function named(file: string): string {
  return file.replace(/^localhost[^/]*\/src\//, 'web-client/src/').replace(/^localhost[^/]*\/(\.\.\/)*/, '');
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

function print(files: readonly CoverageFile[]): void {
  const lines = files.map(({ sourcePath, summary }) => ({ file: sourcePath, ...summary.lines }));
  const places = Map.groupBy(lines, ({ file }) => path.dirname(file).split('/').slice(0, depth).join('/'));
  console.log('\nLines that ran, by folder:');
  for (const [place, found] of [...places].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const sum = (of: 'covered' | 'total') => found.reduce((total, each) => total + Number(each[of]), 0);
    const [covered, total] = [sum('covered'), sum('total')];
    const percent = ((100 * covered) / Math.max(1, total)).toFixed(1);
    console.log(
      `${percent.padStart(6)} %  ${String(covered).padStart(6)} of ${String(total).padStart(6)}  ${place}`,
    );
  }
  console.log('\nMost lines that did not run:');
  const worst = lines.toSorted((a, b) => Number(b.uncovered) - Number(a.uncovered)).slice(0, worstShown);
  for (const { file, uncovered, total } of worst)
    console.log(`${String(uncovered).padStart(6)} of ${String(total).padStart(6)}  ${file}`);
}
