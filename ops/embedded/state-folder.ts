// The folder that holds everything an embedded instance keeps: one instance at a time, of a version we know.
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { EmbeddedError } from './embedded-error.ts';
import { isAlive, startTicksOf } from './process-tree.ts';

const layoutVersion = 1;
const repositoryRoot = path.resolve(import.meta.dirname, '..', '..');

export interface StateFolder {
  readonly dir: string;
  readonly logsDir: string;
  /** Gives the folder back; another instance may then take it. */
  release(): void;
}

/** `SKEIN_STATE_DIR`, or `.skein/` in the root of the repository. */
export function defaultStateDir(env: NodeJS.ProcessEnv = process.env): string {
  return path.resolve(env['SKEIN_STATE_DIR'] || path.join(repositoryRoot, '.skein'));
}

/** Takes the folder for this process, creating it first when it is missing. */
export function openStateFolder(dir: string): StateFolder {
  makeStateDir(dir);
  const lock = takeLock(dir);
  try {
    checkVersion(dir);
  } catch (error) {
    rmSync(lock, { force: true });
    throw error;
  }
  return { dir, logsDir: logsDirOf(dir), release: () => rmSync(lock, { force: true }) };
}

export function logsDirOf(dir: string): string {
  return path.join(dir, 'logs');
}

/** Makes the folder; as root others may pass through it, since PostgreSQL runs there as another user. */
export function makeStateDir(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true });
    chmodSync(dir, process.getuid?.() === 0 ? 0o711 : 0o700);
    mkdirSync(logsDirOf(dir), { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new EmbeddedError(
      `The state folder ${dir} cannot be written (${(cause as Error).message}): ` +
        'make it writable or name another one in SKEIN_STATE_DIR.',
      { cause },
    );
  }
}

/** A random secret that lives as long as the folder, readable by its owner alone. */
export function stateSecret(dir: string, name: string): string {
  const folder = path.join(dir, 'secrets');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, name);
  try {
    writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  refuseFolder(file, 'holds a secret');
  const secret = readFileSync(file, 'utf8').trim();
  // It becomes a part of addresses.
  if (/^[\w-]+$/.test(secret)) return secret;
  const fault = secret === '' ? 'is empty' : 'is damaged';
  throw new EmbeddedError(`${file} ${fault}: restore it from a backup, or move ${dir} away to start afresh.`);
}

function takeLock(dir: string): string {
  const lock = path.join(dir, 'lock');
  const own = `${lock}.${process.pid}`;
  writeFileSync(own, `${process.pid} ${startTicksOf(process.pid)}`, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      // A link is made whole or not at all, so nobody ever reads a lock without its pid.
      if (linked(own, lock)) return lock;
      refuseFolder(lock, 'says which process runs here');
      const [pid, startTicks] = (readText(lock) ?? '').split(' ');
      if (isRunning(Number(pid), startTicks)) throw new EmbeddedError(lockedSentence(dir, Number(pid)));
      rmSync(lock, { force: true });
    }
    throw new EmbeddedError(
      `Another instance is just starting on ${dir}: look whether it runs, then try again.`,
    );
  } finally {
    rmSync(own, { force: true });
  }
}

function refuseFolder(file: string, purpose: string): void {
  if (!statSync(file, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new EmbeddedError(
    `${file} is a folder, and should be a file that ${purpose}: ` +
      'look what is in it and move it away, then try again.',
  );
}

function lockedSentence(dir: string, pid: number): string {
  return (
    `Skein is already running on ${dir} as process ${pid}: ` +
    'stop that one first, or name another folder in SKEIN_STATE_DIR.'
  );
}

/** A pid may have been given to something else since, above all in a container, where they begin anew each time. */
function isRunning(pid: number, startTicks: string | undefined): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return false;
  return !startTicks || startTicks === startTicksOf(pid);
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function checkVersion(dir: string): void {
  const file = path.join(dir, 'version');
  const found = readText(file);
  if (found === String(layoutVersion)) return;
  if (found !== undefined) {
    throw new EmbeddedError(
      `The state folder ${dir} was written by another version of Skein (layout ${JSON.stringify(found.slice(0, 20))}, ` +
        `this one writes ${layoutVersion}): run that version, or name another folder in SKEIN_STATE_DIR.`,
    );
  }
  const unknown = readdirSync(dir).filter((name) => !/^(lock.*|logs|secrets|bin)$/.test(name));
  if (unknown.length > 0) {
    throw new EmbeddedError(
      `The folder ${dir} holds ${unknown.slice(0, 3).join(', ')} but no version file, so it is no state folder or a ` +
        'damaged one: restore it from a backup, move it away to start afresh, or name another in SKEIN_STATE_DIR.',
    );
  }
  writeFileSync(file, `${layoutVersion}`);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
