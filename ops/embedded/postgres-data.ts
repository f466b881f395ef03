// The data folder before the server starts: made whole or not at all, of the right major version, with nobody in it.
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { EmbeddedError } from './embedded-error.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import type { ServerUser } from './postgres-user.ts';
import { commandLineOf, exists, isAlive, processesIn, signal } from './process-tree.ts';
import { lastLine, runCommand } from './run-command.ts';
import { until } from '../../protocol/waiting.ts';

const initTimeoutMs = 120_000;
const fastShutdownMs = 20_000;
const orphanExitMs = 10_000;

export interface NewData {
  home: string;
  dataDir: string;
  user: ServerUser | undefined;
  superuser: string;
  password: string;
}

/** Runs initdb beside the final place and moves the result there, so that a half-made folder is never used. */
export async function initialiseData(binaries: PostgresBinaries, data: NewData): Promise<void> {
  const draft = `${data.dataDir}.new`;
  const passwordFile = path.join(data.home, 'initial-password');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(passwordFile, `${data.password}\n`, { mode: 0o600 });
  if (data.user !== undefined) {
    for (const file of [draft, passwordFile]) chownSync(file, data.user.uid, data.user.gid);
  }
  try {
    const first = await runInitdb(binaries, data, draft, passwordFile, 'C.UTF-8');
    // Not every machine has C.UTF-8; PostgreSQL's built-in locale then still orders and folds by Unicode.
    const result = first.ok ? first : await runInitdb(binaries, data, draft, passwordFile, 'C');
    if (!result.ok) throw initFailed(data.dataDir, result.stderr);
    renameSync(draft, data.dataDir);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(draft, { recursive: true, force: true });
  }
}

function runInitdb(
  binaries: PostgresBinaries,
  { user, home, superuser }: NewData,
  draft: string,
  passwordFile: string,
  ctype: string,
) {
  const args = [`--pgdata=${draft}`, `--username=${superuser}`, `--pwfile=${passwordFile}`];
  args.push('--auth=scram-sha-256', '--encoding=UTF8', '--data-checksums');
  args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', `--lc-ctype=${ctype}`);
  return runCommand(binaries.initdb, args, { user, cwd: home, env: binaries.env, timeoutMs: initTimeoutMs });
}

function initFailed(dataDir: string, stderr: string): EmbeddedError {
  const reason = /error while loading shared libraries: [^\n]*/.exec(stderr)?.[0] ?? lastLine(stderr);
  return new EmbeddedError(
    `PostgreSQL could not make its data folder ${dataDir} (${reason}): ` +
      'mend that, or set DATABASE_URL to a PostgreSQL of yours.',
  );
}

/** Throws the sentence for a folder that this PostgreSQL cannot use. */
export function checkData(dataDir: string, major: string): void {
  const found = readText(path.join(dataDir, 'PG_VERSION'))?.trim();
  const complete = existsSync(path.join(dataDir, 'global', 'pg_control'));
  if (found === undefined || found === '' || !complete) {
    throw new EmbeddedError(
      `The PostgreSQL data folder ${dataDir} is damaged (it lacks ${complete ? 'PG_VERSION' : 'global/pg_control'}): ` +
        'restore it from a backup, or move the state folder away to start afresh.',
    );
  }
  if (found !== major) {
    throw new EmbeddedError(
      `The data folder ${dataDir} was written by PostgreSQL ${found} and this is ${major}: dump it with ` +
        `PostgreSQL ${found} and restore it here, or set DATABASE_URL to a PostgreSQL ${found} of yours.`,
    );
  }
}

/** Ends what an earlier run that was killed left behind: its postmaster, or backends that outlive theirs. */
export async function stopLeftover(dataDir: string, onProgress: (step: string) => void): Promise<void> {
  const pidFile = path.join(dataDir, 'postmaster.pid');
  const pid = Number(readText(pidFile)?.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return;
  if (isAlive(pid) && isPostmasterOf(pid, dataDir)) {
    onProgress(`stopping a PostgreSQL that an earlier run left behind (process ${pid})`);
    signal(pid, 'SIGCONT');
    signal(pid, 'SIGINT');
    if (!(await until(() => !isAlive(pid), { timeoutMs: fastShutdownMs }))) signal(pid, 'SIGKILL');
  }
  const gone = await until(() => processesIn(dataDir).length === 0, { timeoutMs: orphanExitMs });
  if (!gone) for (const orphan of processesIn(dataDir)) signal(orphan, 'SIGKILL');
  const isEmpty = await until(() => processesIn(dataDir).length === 0, { timeoutMs: orphanExitMs });
  // PostgreSQL takes any process of that id for a running server: one that has the id now, or its own zombie.
  if (isEmpty && exists(pid) && !isPostmasterOf(pid, dataDir)) rmSync(pidFile, { force: true });
}

function isPostmasterOf(pid: number, dataDir: string): boolean {
  return processesIn(dataDir).includes(pid) || commandLineOf(pid).includes(dataDir);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
