// A real Chromium for browser tests: the system's when there is one, else the one the registry has, unpacked into the
// user's cache, since no install script may have run and /tmp is anybody's.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { EmbeddedError, sentenceOf } from '../embedded/embedded-error.ts';
import { defaultCacheDir } from '../embedded/program-cache.ts';
import { countCoverage } from './browser-coverage.ts';
import { lastLine, runCommand } from '../embedded/run-command.ts';

interface BrowserProgram {
  file: string;
  env: Record<string, string>;
}

const root = path.resolve(import.meta.dirname, '..', '..');
const systemPrograms = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const debianPackages = 'libnss3 libnspr4 libexpat1 libdbus-1-3 libudev1 libx11-6 libxcb1';
const unpackTimeoutMs = 120_000;
/** The sandbox needs rights that root in a container lacks; the rest keeps it from calling home. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts a browser without a window; the caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  const { file, env } = await findBrowser();
  try {
    const browser = await chromium.launch({
      executablePath: file,
      headless: true,
      args: flags,
      env: { ...definedEnv(), ...env },
    });
    const coverage = process.env['NODE_V8_COVERAGE'];
    if (coverage) countCoverage(browser, coverage);
    return browser;
  } catch (cause) {
    const sentence = sentenceOf(cause).split('\n')[0] ?? '';
    throw new EmbeddedError(`Chromium (${file}) did not start (${sentence}): try "apt install chromium".`, {
      cause,
    });
  }
}

async function findBrowser(): Promise<BrowserProgram> {
  const system = systemPrograms.find((file) => existsSync(file));
  if (system !== undefined) return { file: system, env: {} };
  const folder = await unpacked();
  const file = path.join(folder, 'chromium');
  const fonts: Record<string, string> = existsSync('/etc/fonts')
    ? {}
    : { FONTCONFIG_PATH: path.join(folder, 'fonts') };
  if ((await missingLibraries(file, {})).length === 0) return { file, env: fonts };
  // The package brings the libraries that servers tend to lack.
  const env = { ...fonts, LD_LIBRARY_PATH: path.join(folder, 'al2023', 'lib') };
  const missing = await missingLibraries(file, env);
  if (missing.length === 0) return { file, env };
  throw new EmbeddedError(
    `Chromium lacks ${missing.join(', ')} on this machine: run "apt install ${debianPackages}", or "apt install chromium".`,
  );
}

/** The folder with the unpacked browser of the registry; unpacked beside its place first, so that it is whole. */
async function unpacked(): Promise<string> {
  const manifest = path.join(root, 'node_modules', '@sparticuz', 'chromium', 'package.json');
  if (!existsSync(manifest)) {
    throw new EmbeddedError('There is no browser to test with: run "npm ci", or "apt install chromium".');
  }
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const folder = path.join(defaultCacheDir(), `chromium-${version}`);
  if (existsSync(path.join(folder, 'chromium'))) return folder;
  mkdirSync(defaultCacheDir(), { recursive: true });
  const draft = mkdtempSync(`${folder}-`);
  const script = "import('@sparticuz/chromium').then((module) => module.default.executablePath())";
  // It unpacks into TMPDIR, its libraries only where it takes the machine for the one they were built on.
  const env = { ...process.env, TMPDIR: draft, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' };
  try {
    const done = await runCommand(process.execPath, ['-e', script], {
      cwd: root,
      env,
      timeoutMs: unpackTimeoutMs,
    });
    if (!done.ok) throw new EmbeddedError(`Chromium could not be unpacked (${lastLine(done.stderr)}).`);
    if (!existsSync(folder)) renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}

async function missingLibraries(file: string, env: Record<string, string>): Promise<string[]> {
  const result = await runCommand('ldd', [file], { env: { ...process.env, ...env }, timeoutMs: 20_000 });
  return [...result.stdout.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] ?? '');
}

function definedEnv(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries);
}
