// Finds libfaketime, which shows a process another time of day, and fetches it where the machine has none.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { EmbeddedError, sentenceOf } from '../embedded/embedded-error.ts';
import { defaultCacheDir } from '../embedded/program-cache.ts';
import { runCommand } from '../embedded/run-command.ts';
import { keptPackages, librariesIn } from './kept-packages.ts';

/** In threads too: a Node process has several. */
const library = 'libfaketimeMT.so.1';
const hourMs = 3_600_000;

/** For the `skip` of tests that need it: false when there is one, else the sentence why not; under CI that is a failure. */
export async function faketimeMissing(): Promise<string | false> {
  try {
    await findFaketime();
    return false;
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    return sentenceOf(error);
  }
}

/**
 * Environment of a Node process whose clock is to be off by so many hours. Its monotonic clock stays.
 * Throws EmbeddedError when there is no library to be had.
 */
export async function clockOffBy(hours: number): Promise<Record<string, string>> {
  return environment(await findFaketime(), hours);
}

async function findFaketime(cacheDir: string = defaultCacheDir()): Promise<string> {
  const found = await probe(libraryIn('/'));
  if (found) return found;
  const wanted = { names: ['libfaketime'], withDependencies: false };
  const fetched = await keptPackages(wanted, path.join(cacheDir, 'faketime'), (root) =>
    probe(libraryIn(root)),
  );
  if (typeof fetched === 'string') return fetched;
  throw new EmbeddedError(
    `libfaketime was not found and could not be fetched (${fetched.reason}): install it from your distribution.`,
  );
}

/** The library, if it moves the time of day of a Node process by an hour and leaves its timers and monotonic clock. */
async function probe(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const script = `const from = performance.now();
    setTimeout(() => console.log(JSON.stringify([Date.now(), performance.now() - from])), 100)`;
  const startedMs = performance.now();
  const env = { ...process.env, ...environment(file, 1) };
  const said = await runCommand(process.execPath, ['-e', script], { env, timeoutMs: 10_000 });
  if (!said.ok) return undefined;
  const [now, tookMs] = JSON.parse(said.stdout) as [number, number];
  const isMoved = Math.abs(now - Date.now() - hourMs) < 60_000;
  const isMonotonic = tookMs >= 90 && tookMs <= performance.now() - startedMs;
  return isMoved && isMonotonic ? file : undefined;
}

function environment(file: string, hours: number): Record<string, string> {
  return {
    LD_PRELOAD: file,
    FAKETIME: `${hours < 0 ? '-' : '+'}${Math.abs(hours)}h`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    DONT_FAKE_MONOTONIC: '1',
  };
}

function libraryIn(root: string): string | undefined {
  return librariesIn(root)
    .map((folder) => path.join(folder, 'faketime', library))
    .find((file) => existsSync(file));
}
