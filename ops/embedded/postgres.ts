// PostgreSQL as a part of an embedded instance: started from the registry's package, owned by this process, its data
// kept in the state folder. Whoever has a PostgreSQL sets DATABASE_URL and never comes here.
import { existsSync, readdirSync, realpathSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { startServer, type ServerProcess } from './child-process.ts';
import { EmbeddedError } from './embedded-error.ts';
import { nextLineOf } from './log-files.ts';
import { claimOutside, sweepOutside } from './outside-data.ts';
import { requireFreePort } from './ports.ts';
import { locatePostgres, type PostgresBinaries } from './postgres-binaries.ts';
import { checkData, initialiseData, stopLeftover } from './postgres-data.ts';
import { chooseServerUser, ownerOf, postgresHome } from './postgres-user.ts';
import { freezeTree, signalTree } from './process-tree.ts';
import type { RunningService, ServiceOptions } from './service.ts';
import { logsDirOf, makeStateDir, stateSecret } from './state-folder.ts';
import { until } from '../../protocol/waiting.ts';

export type RunningPostgres = RunningService;

const superuser = 'skein';
const database = 'skein';
/** Recovery after a crash replays the write-ahead log, which may take its time. */
const readyTimeoutMs = 180_000;
const settings: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  fsync: 'on',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] ',
};

/** Starts PostgreSQL on the state folder's data; throws EmbeddedError with what to do when it cannot. */
export async function startPostgres(options: ServiceOptions): Promise<RunningPostgres> {
  const { stateDir, port, log = () => undefined, onProgress = () => undefined } = options;
  makeStateDir(stateDir);
  const chosen = await chooseServerUser();
  const home = realpathSync(postgresHome(stateDir, chosen));
  claimOutside(stateDir);
  if (chosen) sweepOutside(onProgress);
  const dataDir = path.join(home, 'data');
  const user = chosen && (ownerOf(dataDir) ?? chosen);
  const binaries = locatePostgres(home, user);
  const password = stateSecret(stateDir, 'postgres-password');
  if (existsSync(dataDir)) {
    checkData(dataDir, binaries.major);
    await stopLeftover(dataDir, onProgress);
  }
  await requireFreePort(port, { purpose: 'PostgreSQL', setting: 'SKEIN_POSTGRES_PORT' });
  if (!existsSync(dataDir)) {
    onProgress('making the database');
    await initialiseData(binaries, { home, dataDir, user, superuser, password });
  }
  onProgress('starting PostgreSQL');
  const logFile = path.join(logsDirOf(stateDir), 'postgres.log');
  const logStart = nextLineOf(logFile);
  const server = await launch(binaries, { dataDir, port, user, logFile });
  const url = `postgres://${superuser}:${password}@127.0.0.1:${port}/${database}`;
  try {
    await untilReady(server, url, { logFile, logStart, dataDir });
  } catch (error) {
    await server.stop([
      { signal: 'SIGQUIT', graceMs: 5_000 },
      { signal: 'SIGKILL', graceMs: 5_000 },
    ]);
    throw error;
  }
  log(`PostgreSQL ${binaries.major} runs on port ${port} as process ${server.pid}`);
  return asService(server, url);
}

function asService(server: ServerProcess, url: string): RunningPostgres {
  return {
    url,
    pid: server.pid,
    exited: server.exited,
    async stop() {
      if (!server.hasExited()) signalTree(server.pid, 'SIGCONT');
      await server.stop([
        { signal: 'SIGINT', graceMs: 30_000 },
        { signal: 'SIGQUIT', graceMs: 5_000 },
        { signal: 'SIGKILL', graceMs: 5_000 },
      ]);
    },
    async kill() {
      if (!server.hasExited()) signalTree(server.pid, 'SIGKILL');
      await server.exited;
    },
    pause: () => !server.hasExited() && freezeTree(server.pid),
    resume: () => !server.hasExited() && signalTree(server.pid, 'SIGCONT'),
  };
}

function launch(
  binaries: PostgresBinaries,
  place: { dataDir: string; port: number; user: { uid: number; gid: number } | undefined; logFile: string },
): Promise<ServerProcess> {
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return startServer({
    command: binaries.postgres,
    args: ['-D', place.dataDir, '-p', String(place.port), ...flags],
    cwd: place.dataDir,
    env: binaries.env,
    user: place.user,
    logFile: place.logFile,
    lastWill: 'SIGINT',
  });
}

async function untilReady(
  server: ServerProcess,
  url: string,
  { logFile, logStart, dataDir }: { logFile: string; logStart: number; dataDir: string },
): Promise<void> {
  const ready = await until(async () => server.hasExited() || (await answers(url, dataDir)), {
    timeoutMs: readyTimeoutMs,
  });
  if (ready && !server.hasExited()) return;
  const reason = reasonFrom(readFileSync(logFile).subarray(logStart).toString());
  throw new EmbeddedError(
    `PostgreSQL did not start (${reason}): see ${logFile}; ` +
      'if its data is damaged, restore it from a backup or move the state folder away to start afresh.',
    { retryable: true },
  );
}

/** Answers of a server that is only just coming up, or has too much to do: it is asked again. */
const passing = /^(57P0[1-4]|53300|unknown|E[A-Z]+)$/;
/** Folders of the databases that PostgreSQL makes by itself. */
const firstDatabases = ['1', '4', '5'];

/**
 * Whether the server takes our password and has our database, which the first start makes. Throws when it says that it
 * cannot, or lacks the database though there was one: making it anew would be the end of what people wrote.
 */
async function answers(url: string, dataDir: string): Promise<boolean> {
  const { code, says } = await attempt(url);
  if (code === '3D000') {
    const others = readdirSync(path.join(dataDir, 'base')).filter((name) => /^\d+$/.test(name));
    if (others.some((name) => !firstDatabases.includes(name))) throw lostDatabase(dataDir);
    const administrative = url.replace(/\/[^/]*$/, '/postgres');
    await attempt(administrative, `CREATE DATABASE ${database}`);
    return (await attempt(url)).code === 'ok';
  }
  if (code !== 'ok' && code !== '28P01' && !passing.test(code)) throw unusable(dataDir, says);
  if (code === '28P01') {
    throw new EmbeddedError(
      'PostgreSQL refuses the password kept in secrets/postgres-password of the state folder: ' +
        'restore that file, or move the state folder away to start afresh.',
    );
  }
  return code === 'ok';
}

function lostDatabase(dataDir: string): EmbeddedError {
  return new EmbeddedError(
    `The PostgreSQL data folder ${dataDir} is damaged (its list of databases lacks ${database}, which was there): ` +
      'restore it from a backup, or move the state folder away to start afresh.',
  );
}

function unusable(dataDir: string, says: string): EmbeddedError {
  return new EmbeddedError(
    `PostgreSQL runs on ${dataDir} and lets nobody in (${says}): restore its data from a backup, ` +
      'or move the state folder away to start afresh.',
  );
}

interface Attempt {
  /** `ok`, or the code of the failure. */
  readonly code: string;
  readonly says: string;
}

async function attempt(url: string, sql = 'SELECT 1'): Promise<Attempt> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(sql);
    return { code: 'ok', says: '' };
  } catch (error) {
    const { code = 'unknown', message } = error as { code?: string; message: string };
    return { code, says: message };
  } finally {
    await client.end().catch(() => undefined);
  }
}

function reasonFrom(output: string): string {
  const lines = output.split('\n');
  const telling =
    lines.findLast((line) => /FATAL|PANIC|error while loading/.test(line)) ?? lines.at(-2) ?? '';
  return telling.replace(/^.*?(FATAL|PANIC): */, '').trim() || 'it said nothing';
}
