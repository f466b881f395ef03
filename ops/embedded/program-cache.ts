// Where programs that were fetched are kept, and how they get there: whole or not at all.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Outside the repository, so that a fresh clone finds what another one fetched. */
export function defaultCacheDir(env: NodeJS.ProcessEnv = process.env): string {
  const base = env['XDG_CACHE_HOME'] || path.join(env['HOME'] || os.homedir(), '.cache');
  return path.join(base, 'skein');
}

/** Work in a folder of its own beside the cache, which is gone afterwards; what is thrown becomes the reason. */
export async function inWorkDir<Found>(
  cacheDir: string,
  work: (workDir: string) => Promise<Found | { reason: string }>,
): Promise<Found | { reason: string }> {
  mkdirSync(cacheDir, { recursive: true });
  const workDir = mkdtempSync(path.join(cacheDir, 'fetching-'));
  try {
    return await work(workDir);
  } catch (error) {
    return { reason: (error as Error).message };
  } finally {
    rmSync(workDir, { recursive: true, force: true });
  }
}

export function onPath(program: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return [...folders, '/usr/sbin', '/usr/local/sbin']
    .map((folder) => path.join(folder, program))
    .find((file) => path.isAbsolute(file) && existsSync(file));
}
