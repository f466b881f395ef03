// PostgreSQL refuses to run as root. As root we run it as another user of the machine, and that user must be able to
// reach the programs and the data, which a repository under /root does not let it.
import { existsSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { EmbeddedError } from './embedded-error.ts';
import { makeOutside } from './outside-data.ts';
import { runCommand } from './run-command.ts';

export interface ServerUser {
  uid: number;
  gid: number;
}

const candidates = ['postgres', 'nobody'];

/** The user to run PostgreSQL as; undefined when it can run as we do. */
export async function chooseServerUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of candidates) {
    const [uid, gid] = await Promise.all([idOf('-u', name), idOf('-g', name)]);
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new EmbeddedError(
    'PostgreSQL refuses to run as root and the machine has no user "postgres" or "nobody": ' +
      'start Skein as an ordinary user, or set DATABASE_URL.',
  );
}

/** Whether `user` may pass through every folder on the way to `target`. */
export function canReach(target: string, user: ServerUser | undefined): boolean {
  if (user === undefined) return true;
  for (let dir = path.resolve(target); ; dir = path.dirname(dir)) {
    const stat = statSync(dir, { throwIfNoEntry: false });
    if (stat?.isDirectory()) {
      const shift = stat.uid === user.uid ? 6 : stat.gid === user.gid ? 3 : 0;
      if (((stat.mode >> shift) & 1) === 0) return false;
    }
    if (dir === path.dirname(dir)) return true;
  }
}

/**
 * The folder for PostgreSQL's files. Where the server's user cannot reach the state folder it lies outside, and a
 * link in the state folder leads to it.
 */
export function postgresHome(stateDir: string, user: ServerUser | undefined): string {
  const home = path.join(stateDir, 'postgres');
  if (existsSync(home)) return home;
  if (lstatSync(home, { throwIfNoEntry: false }) !== undefined) {
    throw new EmbeddedError(
      `${home} leads to a folder that is gone, and the data with it: restore it, ` +
        `or move ${stateDir} away to start afresh.`,
    );
  }
  if (canReach(stateDir, user)) {
    mkdirSync(home, { mode: 0o711 });
  } else {
    makeOutside(home);
  }
  return home;
}

/** The user a data folder already belongs to wins over the one we would choose today. */
export function ownerOf(dataDir: string): ServerUser | undefined {
  const stat = statSync(dataDir, { throwIfNoEntry: false });
  if (stat === undefined || readdirSync(dataDir).length === 0) return undefined;
  return { uid: stat.uid, gid: stat.gid };
}

async function idOf(flag: string, name: string): Promise<number | undefined> {
  const result = await runCommand('id', [flag, name], { timeoutMs: 5_000 });
  const id = Number(result.stdout.trim());
  return result.ok && Number.isInteger(id) && id > 0 ? id : undefined;
}
