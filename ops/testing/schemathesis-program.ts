// Schemathesis, which tries an HTTP API against its own OpenAPI document. It is Python: the machine's own, or one of
// Debian's packages without root, installs it once into the cache through pip, from the index that pip is set up for.
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { aptSuites, fetchFromApt } from '../embedded/apt-packages.ts';
import { EmbeddedError, sentenceOf } from '../embedded/embedded-error.ts';
import { defaultCacheDir, inWorkDir, onPath } from '../embedded/program-cache.ts';
import { lastLine, runCommand, type CommandResult } from '../embedded/run-command.ts';

const version = '4.32.5';
const pythonAtLeast = [3, 10] as const;
const installTimeoutMs = 180_000;
const startTimeoutMs = 30_000;

interface Python {
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Runs it with these arguments, to its end. */
export type Schemathesis = (
  args: readonly string[],
  options: { cwd: string; env: Readonly<Record<string, string>>; timeoutMs: number },
) => Promise<CommandResult>;

/**
 * For the `skip` of tests that need it: false when it can run, else the sentence why not. Under CI that is a failure,
 * so that these tests cannot quietly stop running.
 */
export async function schemathesisMissing(): Promise<string | false> {
  try {
    await findSchemathesis();
    return false;
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    return sentenceOf(error);
  }
}

/** Throws EmbeddedError with what to do when it can neither be found nor installed. */
export async function findSchemathesis(cacheDir = defaultCacheDir()): Promise<Schemathesis> {
  const packages = path.join(cacheDir, `schemathesis-${version}`);
  const python = await findPython(cacheDir);
  if (!existsSync(packages)) await install(python, cacheDir, packages);
  const env = { ...process.env, ...python.env, PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1' };
  const module = ['-m', 'schemathesis.cli'];
  const tried = await runCommand(python.file, [...module, '--version'], { env, timeoutMs: startTimeoutMs });
  if (!tried.ok) {
    const reason = lastLine(tried.stderr);
    throw new EmbeddedError(`Schemathesis does not run (${reason}): delete ${packages} and try again.`);
  }
  return (args, options) =>
    runCommand(python.file, [...module, ...args], { ...options, env: { ...env, ...options.env } });
}

/** Into a folder of its own, with no program that would remember where it was installed: so it can be moved. */
async function install(python: Python, cacheDir: string, packages: string): Promise<void> {
  const installed = await inWorkDir(cacheDir, async (workDir): Promise<true | { reason: string }> => {
    const target = path.join(workDir, 'packages');
    // Ready-made packages only: nothing is built here, and no script of theirs runs.
    const flags = ['--quiet', '--only-binary=:all:', '--no-warn-script-location', '--target', target];
    const args = ['-m', 'pip', 'install', ...flags, `schemathesis==${version}`];
    const env = { ...process.env, ...python.env };
    const done = await runCommand(python.file, args, { env, timeoutMs: installTimeoutMs });
    if (!done.ok) return { reason: lastLine(done.stderr) || 'pip ended without a word' };
    if (!existsSync(packages)) renameSync(target, packages);
    return true;
  });
  if (installed === true) return;
  throw new EmbeddedError(
    `Schemathesis could not be installed (${installed.reason}): check that "pip download schemathesis==${version}" works.`,
  );
}

/** One that has pip. */
async function findPython(cacheDir: string): Promise<Python> {
  const kept = path.join(cacheDir, 'python-pip');
  const installed = onPath('python3');
  const own: Python | undefined =
    installed !== undefined && (await isNewEnough(installed)) ? { file: installed, env: {} } : undefined;
  if (own && (await hasPip(own))) return own;
  const before = await pythonIn(kept, own);
  if (before) return before;
  const fetched = await fetchPip(cacheDir, kept);
  const found = fetched === true ? await pythonIn(kept, own) : undefined;
  if (found) return found;
  const reason = fetched === true ? 'what was fetched does not run' : fetched.reason;
  throw new EmbeddedError(
    `Schemathesis needs Python ${pythonAtLeast.join('.')} or newer with pip, and none could be fetched (${reason}): ` +
      'run "apt install python3-pip".',
  );
}

async function fetchPip(cacheDir: string, kept: string): Promise<true | { reason: string }> {
  const [suite] = aptSuites().own;
  if (suite === undefined) return { reason: 'there is no apt here' };
  return inWorkDir(cacheDir, async (workDir): Promise<true | { reason: string }> => {
    const fetched = await fetchFromApt({ name: 'python3-pip', withDependencies: true }, suite, workDir);
    if ('reason' in fetched) return fetched;
    mkdirSync(path.dirname(kept), { recursive: true });
    if (!existsSync(kept)) renameSync(fetched.root, kept);
    return true;
  });
}

/** The machine's Python with the pip of the packages; where it has none, the packages brought one. */
async function pythonIn(root: string, own: Python | undefined): Promise<Python | undefined> {
  const modules = path.join(root, 'usr/lib/python3/dist-packages');
  if (!existsSync(path.join(modules, 'pip'))) return undefined;
  const brought = path.join(root, 'usr/bin/python3');
  const libraries = ['usr/lib', 'lib']
    .map((folder) => path.join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))
    .filter((folder) => folder.endsWith('-linux-gnu'));
  const candidates: Python[] = [
    ...(own ? [{ ...own, env: { PYTHONPATH: modules } }] : []),
    {
      file: brought,
      env: {
        PYTHONHOME: path.join(root, 'usr'),
        PYTHONPATH: modules,
        LD_LIBRARY_PATH: libraries.join(path.delimiter),
      },
    },
  ];
  for (const candidate of candidates) {
    if (existsSync(candidate.file) && (await hasPip(candidate))) return candidate;
  }
  return undefined;
}

async function isNewEnough(file: string): Promise<boolean> {
  const script = `import sys; sys.exit(sys.version_info < (${pythonAtLeast.join(', ')}))`;
  return (await runCommand(file, ['-c', script], { timeoutMs: startTimeoutMs })).ok;
}

async function hasPip({ file, env }: Python): Promise<boolean> {
  const options = { env: { ...process.env, ...env }, timeoutMs: startTimeoutMs };
  return (await runCommand(file, ['-m', 'pip', '--version'], options)).ok;
}
