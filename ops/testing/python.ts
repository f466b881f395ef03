// Python with packages of the index that pip is set up for, for tests of things that speak to us from there. The
// machine's own, or one of Debian's packages without root, installs them once into the cache.
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { aptSuites, fetchFromApt } from '../embedded/apt-packages.ts';
import { EmbeddedError, sentenceOf } from '../embedded/embedded-error.ts';
import { defaultCacheDir, inWorkDir, onPath } from '../embedded/program-cache.ts';
import { lastLine, runCommand } from '../embedded/run-command.ts';

const installTimeoutMs = 180_000;
const startTimeoutMs = 30_000;

export interface PythonNeeds {
  /** The part that needs it, as sentences begin with it. */
  readonly purpose: string;
  /** Pinned: `name==version`. */
  readonly packages: readonly string[];
  readonly atLeast: readonly [major: number, minor: number];
}

export interface Python {
  readonly file: string;
  /** Variables by which its packages are found, to be added to the environment. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * For the `skip` of tests that need something that can be fetched: false when `find` finds it, else the sentence why
 * not. Under CI that is a failure, so that these tests cannot quietly stop running.
 */
export async function missingReason(find: () => Promise<unknown>): Promise<string | false> {
  try {
    await find();
    return false;
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    return sentenceOf(error);
  }
}

/** Throws EmbeddedError with what to do when it can neither be found nor installed. */
export async function pythonWith(needs: PythonNeeds, cacheDir = defaultCacheDir()): Promise<Python> {
  const folder = packagesFolder(needs, cacheDir);
  const python = await findPython(needs, cacheDir);
  if (!existsSync(folder)) await install(needs, python, cacheDir);
  return { file: python.file, env: { ...python.env, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1' } };
}

/** One for each set of packages, so that sets do not disturb one another. */
export function packagesFolder({ packages }: PythonNeeds, cacheDir = defaultCacheDir()): string {
  return path.join(cacheDir, packages.map((name) => name.replace('==', '-')).join('+'));
}

/** Into a folder of its own, with no program that would remember where it was installed: so it can be moved. */
async function install(needs: PythonNeeds, python: Python, cacheDir: string): Promise<void> {
  const installed = await inWorkDir(cacheDir, async (workDir): Promise<true | { reason: string }> => {
    const target = path.join(workDir, 'packages');
    // Ready-made packages only: nothing is built here, and no script of theirs runs.
    const flags = ['--quiet', '--only-binary=:all:', '--no-warn-script-location', '--target', target];
    const args = ['-m', 'pip', 'install', ...flags, ...needs.packages];
    const env = { ...process.env, ...python.env };
    const done = await runCommand(python.file, args, { env, timeoutMs: installTimeoutMs });
    if (!done.ok) return { reason: lastLine(done.stderr) || 'pip ended without a word' };
    const folder = packagesFolder(needs, cacheDir);
    if (!existsSync(folder)) renameSync(target, folder);
    return true;
  });
  if (installed === true) return;
  throw new EmbeddedError(
    `${needs.purpose} could not be installed (${installed.reason}): ` +
      `check that "pip download ${needs.packages.join(' ')}" works.`,
  );
}

/** One that has pip. */
async function findPython(needs: PythonNeeds, cacheDir: string): Promise<Python> {
  const kept = path.join(cacheDir, 'python-pip');
  const installed = onPath('python3');
  const own: Python[] = installed === undefined ? [] : [{ file: installed, env: {} }];
  const before = await firstThatWorks([...own, ...pythonsIn(kept, own)], needs);
  if (before) return before;
  const fetched = await fetchPip(cacheDir, kept);
  const found = fetched === true ? await firstThatWorks(pythonsIn(kept, own), needs) : undefined;
  if (found) return found;
  const reason = fetched === true ? 'what was fetched does not run' : fetched.reason;
  throw new EmbeddedError(
    `${needs.purpose} needs Python ${needs.atLeast.join('.')} or newer with pip, and none could be fetched ` +
      `(${reason}): run "apt install python3-pip".`,
  );
}

async function fetchPip(cacheDir: string, kept: string): Promise<true | { reason: string }> {
  const [suite] = aptSuites().own;
  if (suite === undefined) return { reason: 'there is no apt here' };
  return inWorkDir(cacheDir, async (workDir): Promise<true | { reason: string }> => {
    const fetched = await fetchFromApt({ names: ['python3-pip'], withDependencies: true }, suite, workDir);
    if ('reason' in fetched) return fetched;
    mkdirSync(path.dirname(kept), { recursive: true });
    if (!existsSync(kept)) renameSync(fetched.root, kept);
    return true;
  });
}

/** The machine's Python with the pip of the packages; and the one that the packages brought where it has none. */
function pythonsIn(root: string, own: readonly Python[]): Python[] {
  const modules = path.join(root, 'usr/lib/python3/dist-packages');
  if (!existsSync(path.join(modules, 'pip'))) return [];
  const libraries = ['usr/lib', 'lib']
    .map((folder) => path.join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))
    .filter((folder) => folder.endsWith('-linux-gnu'));
  return [
    ...own.map(({ file }) => ({ file, env: { PYTHONPATH: modules } })),
    {
      file: path.join(root, 'usr/bin/python3'),
      env: {
        PYTHONHOME: path.join(root, 'usr'),
        PYTHONPATH: modules,
        LD_LIBRARY_PATH: libraries.join(path.delimiter),
      },
    },
  ];
}

async function firstThatWorks(
  candidates: readonly Python[],
  { atLeast }: PythonNeeds,
): Promise<Python | undefined> {
  for (const candidate of candidates) {
    if (existsSync(candidate.file) && (await isNewEnough(candidate, atLeast)) && (await hasPip(candidate))) {
      return candidate;
    }
  }
  return undefined;
}

async function isNewEnough({ file, env }: Python, atLeast: PythonNeeds['atLeast']): Promise<boolean> {
  const script = `import sys; sys.exit(sys.version_info < (${atLeast.join(', ')}))`;
  const options = { env: { ...process.env, ...env }, timeoutMs: startTimeoutMs };
  return (await runCommand(file, ['-c', script], options)).ok;
}

async function hasPip({ file, env }: Python): Promise<boolean> {
  const options = { env: { ...process.env, ...env }, timeoutMs: startTimeoutMs };
  return (await runCommand(file, ['-m', 'pip', '--version'], options)).ok;
}
