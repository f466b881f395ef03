// Finds a redis-server for the tests of what Skein shares over Redis, and fetches one where the machine has none.
// Skein itself starts no Redis: whoever wants one names it in REDIS_URL.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { EmbeddedError } from '../embedded/embedded-error.ts';
import { defaultCacheDir, onPath } from '../embedded/program-cache.ts';
import { runCommand } from '../embedded/run-command.ts';
import { keptPackages, librariesIn } from './kept-packages.ts';

export interface RedisBinary {
  readonly file: string;
  /** Variables that it needs in its environment beyond ours. */
  readonly env: Readonly<Record<string, string>>;
}

export interface FindRedisOptions {
  /** The value of `SKEIN_REDIS_SERVER`. */
  readonly explicit?: string | undefined;
  readonly cacheDir?: string;
}

/** Throws EmbeddedError with what to do when there is none to be had. */
export async function findRedisServer(options: FindRedisOptions = {}): Promise<RedisBinary> {
  const { explicit, cacheDir = defaultCacheDir() } = options;
  if (explicit) return explicitBinary(explicit);
  const installed = onPath('redis-server');
  const found = installed && (await probe(installed));
  if (found) return found;
  const wanted = { names: ['redis-server'], withDependencies: true };
  const fetched = await keptPackages(wanted, path.join(cacheDir, 'redis'), (root) =>
    probe(programIn(root), librariesIn(root)),
  );
  if ('file' in fetched) return fetched;
  throw new EmbeddedError(
    `No redis-server was found and none could be fetched (${fetched.reason}): ` +
      'install one and put it on PATH or name it in SKEIN_REDIS_SERVER.',
  );
}

async function explicitBinary(file: string): Promise<RedisBinary> {
  const found = await probe(path.resolve(file));
  if (found) return found;
  throw new EmbeddedError(
    `SKEIN_REDIS_SERVER names ${file}, which is missing or no redis-server: ` +
      'correct it, or unset it and let the tests find one.',
  );
}

async function probe(file: string, libraries: readonly string[] = []): Promise<RedisBinary | undefined> {
  if (!existsSync(file)) return undefined;
  const inherited = process.env['LD_LIBRARY_PATH'];
  const folders = inherited ? [...libraries, inherited] : libraries;
  const env: Record<string, string> =
    libraries.length > 0 ? { LD_LIBRARY_PATH: folders.join(path.delimiter) } : {};
  const said = await runCommand(file, ['--version'], { env: { ...process.env, ...env }, timeoutMs: 10_000 });
  return said.ok && /^(Redis|Valkey) server/m.test(said.stdout) ? { file, env } : undefined;
}

function programIn(root: string): string {
  return path.join(root, 'usr', 'bin', 'redis-server');
}
