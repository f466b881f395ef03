// Finds a Centrifugo, and builds one with Go where the machine has none: no distribution has it.
import { existsSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { EmbeddedError } from '../embedded/embedded-error.ts';
import { buildWithGo, hasGo } from '../embedded/go-program.ts';
import { defaultCacheDir, inWorkDir, onPath } from '../embedded/program-cache.ts';
import { runCommand } from '../embedded/run-command.ts';

export interface CentrifugoBinary {
  readonly file: string;
  /** Variables that it needs in its environment beyond ours. */
  readonly env: Readonly<Record<string, string>>;
  readonly version: string;
}

const goModule = 'github.com/centrifugal/centrifugo/v6@latest';
const withinMs = 10_000;

/** Throws EmbeddedError with what to do when there is none to be had. */
export async function findCentrifugo(cacheDir: string = defaultCacheDir()): Promise<CentrifugoBinary> {
  const found = await presentCentrifugo(cacheDir);
  if (found) return found;
  const built = hasGo() ? await build(cacheDir) : { reason: 'there is no Go here' };
  if ('file' in built) return built;
  throw new EmbeddedError(
    `No Centrifugo 6 was found and none could be built (${built.reason}): ` +
      'install one and put it on PATH, or a Go of 1.21 or newer, with which it is built in some minutes.',
  );
}

/** Without building one. */
export async function presentCentrifugo(
  cacheDir: string = defaultCacheDir(),
): Promise<CentrifugoBinary | undefined> {
  return (await installed()) ?? (await kept(cacheDir));
}

async function installed(): Promise<CentrifugoBinary | undefined> {
  const file = onPath('centrifugo');
  const version = file && /v(6\.\d+\.\d+)/.exec(await saidBy(file))?.[1];
  return version ? { file, env: {}, version } : undefined;
}

/** One that Go built does not know its version: its file's name has it. */
async function kept(cacheDir: string): Promise<CentrifugoBinary | undefined> {
  const names = existsSync(cacheDir) ? readdirSync(cacheDir) : [];
  for (const name of names) {
    const version = /^centrifugo-(6\.\d+\.\d+)$/.exec(name)?.[1];
    const file = path.join(cacheDir, name);
    if (version && (await saidBy(file)) !== '') return { file, env: {}, version };
  }
  return undefined;
}

function build(cacheDir: string): Promise<CentrifugoBinary | { reason: string }> {
  return inWorkDir(cacheDir, async (workDir): Promise<CentrifugoBinary | { reason: string }> => {
    const built = await buildWithGo(goModule, workDir);
    if ('reason' in built) return built;
    const file = path.join(workDir, 'centrifugo');
    const { stdout } = await runCommand('go', ['version', '-m', file], { timeoutMs: withinMs });
    const version = /^\s*mod\s+\S+\s+v(6\.\d+\.\d+)/m.exec(stdout)?.[1];
    if (version === undefined) return { reason: 'Go built something else' };
    renameSync(file, path.join(cacheDir, `centrifugo-${version}`));
    return (await kept(cacheDir)) ?? { reason: 'the program that was built does not run on this machine' };
  });
}

/** Nothing, if it does not run. */
async function saidBy(file: string): Promise<string> {
  const { ok, stdout } = await runCommand(file, ['version'], { timeoutMs: withinMs });
  return ok ? stdout : '';
}
