// Finds an ejabberd with its driver for PostgreSQL, and fetches both from the distribution where the machine has none.
// Erlang is started directly: the scripts of the packages want the folders that they were made for, and a user.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { EmbeddedError } from '../embedded/embedded-error.ts';
import { defaultCacheDir } from '../embedded/program-cache.ts';
import { runCommand } from '../embedded/run-command.ts';
import { keptPackages, librariesIn } from './kept-packages.ts';

export interface EjabberdBinary {
  /** Erlang's own starter; it takes Erlang's flags. */
  readonly file: string;
  /** Variables that it needs in its environment beyond ours. */
  readonly env: Readonly<Record<string, string>>;
  readonly version: string;
  /** With the tables that it wants in PostgreSQL. */
  readonly schemaFile: string;
}

/** Throws EmbeddedError with what to do when there is none to be had. */
export async function findEjabberd(cacheDir: string = defaultCacheDir()): Promise<EjabberdBinary> {
  const installed = await probe('/');
  if (installed) return installed;
  const wanted = { names: ['ejabberd', 'erlang-p1-pgsql'], withDependencies: true };
  const fetched = await keptPackages(wanted, path.join(cacheDir, 'ejabberd'), probe);
  if ('file' in fetched) return fetched;
  throw new EmbeddedError(
    `No ejabberd was found and none could be fetched (${fetched.reason}): ` +
      'install the packages ejabberd and erlang-p1-pgsql from your distribution.',
  );
}

async function probe(root: string): Promise<EjabberdBinary | undefined> {
  const erlang = path.join(root, 'usr', 'lib', 'erlang');
  const runtime = childOf(erlang, /^erts-/);
  const libraries = librariesIn(root);
  const home = libraries.map((folder) => childOf(folder, /^ejabberd-\d/)).find((folder) => folder);
  const driver = childOf(path.join(erlang, 'lib'), /^p1_pgsql-/);
  if (!runtime || !home || !driver) return undefined;
  const bin = path.join(runtime, 'bin');
  const env: Record<string, string> = {
    ROOTDIR: erlang,
    BINDIR: bin,
    EMU: 'beam',
    PROGNAME: 'erl',
    ERL_LIBS: path.dirname(home),
    ...(root !== '/' && { LD_LIBRARY_PATH: libraries.join(path.delimiter) }),
  };
  const file = path.join(bin, 'erlexec');
  // Loads what has libraries of its own, one of which the machine may lack.
  const loads = ['fast_tls', 'fxml', 'fast_yaml', 'stringprep', 'jiffy', 'crypto', 'pgsql', 'ejabberd'];
  const script = `lists:foreach(fun(M) -> {module, M} = code:load_file(M) end, [${loads.join(',')}]), halt(0).`;
  const said = await runCommand(file, ['-noinput', '-eval', script], {
    env: { ...process.env, ...env },
    timeoutMs: 30_000,
  });
  if (!said.ok) return undefined;
  const version = path.basename(home).replace('ejabberd-', '');
  return { file, env, version, schemaFile: path.join(root, 'usr', 'share', 'ejabberd', 'sql', 'pg.sql') };
}

function childOf(folder: string, pattern: RegExp): string | undefined {
  const name = existsSync(folder) ? readdirSync(folder).find((each) => pattern.test(each)) : undefined;
  return name === undefined ? undefined : path.join(folder, name);
}
