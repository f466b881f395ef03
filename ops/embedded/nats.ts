// NATS as a part of an embedded instance: one server with JetStream on files in the state folder. Whoever runs a NATS
// cluster sets NATS_URL and never comes here.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { openClusterSecret, type ClusterSecret } from '../../cluster/cluster-secret.ts';
import { ConfigError } from '../../cluster/config-error.ts';
import { authorizationOf } from '../../cluster/fabric/trust/nats-users.ts';
import { startServer, type ServerProcess } from './child-process.ts';
import { EmbeddedError } from './embedded-error.ts';
import { nextLineOf } from './log-files.ts';
import { findNatsServer, type NatsBinary } from './nats-binary.ts';
import { formatVersion, hasSyncInterval } from './nats-version.ts';
import { requireFreePort } from './ports.ts';
import { commandLineOf, isAlive, signal } from './process-tree.ts';
import { serviceOf, type RunningService, type ServiceOptions } from './service.ts';
import { logsDirOf, makeStateDir } from './state-folder.ts';
import { until } from '../../protocol/waiting.ts';

export interface NatsOptions extends ServiceOptions {
  /** `always`, or a duration such as `1s`: how long an acknowledged append may stay in the page cache. */
  syncInterval?: string;
  /** The value of `SKEIN_NATS_SERVER`. */
  explicitBinary?: string | undefined;
  /** A binary found before, which saves looking for it. */
  binary?: NatsBinary;
  maxFileStoreBytes?: number;
  /** Holds the secret from which its users' keys follow; made when it is missing. */
  clusterSecretFile: string;
  /** Of the cluster that uses it; `*` for several. */
  namespace: string;
  /** Names of users without limits, for tests. */
  unlimitedUsers?: readonly string[];
  /** Instead of those users; for tests, in which it stands for an operator's own server. */
  authorization?: string;
  /** More blocks of its configuration, for the same tests. */
  moreConfig?: readonly string[];
}

export interface RunningNats extends RunningService {
  readonly version: string;
}

/** An append costs 1.05 ms instead of 0.57 ms with it, and no power cut takes back what was acknowledged. */
const defaultSyncInterval = 'always';
const defaultMaxFileStoreBytes = 64 * 1024 ** 3;
const maxMemoryStoreBytes = 64 * 1024 ** 2;
const maxPayloadBytes = 1024 ** 2;
/** JetStream reads its files back before it listens. */
const readyTimeoutMs = 120_000;

/** Starts NATS on the state folder's streams; throws EmbeddedError with what to do when it cannot. */
export async function startNats(options: NatsOptions): Promise<RunningNats> {
  const { stateDir, port, log = () => undefined, onProgress = () => undefined } = options;
  makeStateDir(stateDir);
  const binary = options.binary ?? (await findNatsServer({ explicit: options.explicitBinary, onProgress }));
  if (binary.warning !== undefined) log(binary.warning);
  const home = path.join(stateDir, 'nats');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  checkStore(home);
  await stopLeftover(home, onProgress);
  await requireFreePort(port, { purpose: 'NATS', setting: 'SKEIN_NATS_PORT' });
  onProgress('starting NATS');
  const name = `skein-${randomBytes(6).toString('hex')}`;
  const logFile = path.join(logsDirOf(stateDir), 'nats.log');
  const config = writeConfig(home, { options, binary, name });
  const logStart = nextLineOf(logFile);
  const server = await launch(binary, config, logFile);
  writeFileSync(pidFileOf(home), String(server.pid));
  await untilReady(server, { port, name, logFile, logStart });
  const version = formatVersion(binary.version);
  log(`NATS ${version} runs on port ${port} as process ${server.pid}`);
  return { ...serviceOf(server, `nats://127.0.0.1:${port}`), version };
}

function launch(binary: NatsBinary, config: string, logFile: string): Promise<ServerProcess> {
  return startServer({
    command: binary.file,
    args: ['-c', config],
    cwd: path.dirname(config),
    logFile,
    lastWill: 'SIGTERM',
  });
}

function writeConfig(
  home: string,
  { options, binary, name }: { options: NatsOptions; binary: NatsBinary; name: string },
): string {
  const sync = `sync_interval: ${options.syncInterval ?? defaultSyncInterval}`;
  const lines = [
    `server_name: ${name}`,
    'host: 127.0.0.1',
    `port: ${options.port}`,
    `max_payload: ${maxPayloadBytes}`,
    'jetstream {',
    `  store_dir: ${JSON.stringify(home)}`,
    `  max_memory_store: ${maxMemoryStoreBytes}`,
    `  max_file_store: ${options.maxFileStoreBytes ?? defaultMaxFileStoreBytes}`,
    ...(hasSyncInterval(binary.version) ? [`  ${sync}`] : []),
    '}',
    options.authorization ??
      authorizationOf({
        secret: clusterSecretIn(options.clusterSecretFile),
        namespace: options.namespace,
        unlimited: options.unlimitedUsers ?? [],
      }),
    ...(options.moreConfig ?? []),
  ];
  const file = path.join(home, 'nats.conf');
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return file;
}

function clusterSecretIn(file: string): ClusterSecret {
  try {
    return openClusterSecret(file);
  } catch (cause) {
    if (cause instanceof ConfigError) throw new EmbeddedError(cause.message, { cause });
    throw cause;
  }
}

function checkStore(home: string): void {
  const store = path.join(home, 'jetstream');
  const stat = statSync(store, { throwIfNoEntry: false });
  if (stat === undefined || stat.isDirectory()) return;
  throw new EmbeddedError(
    `The NATS store ${store} is damaged (it is no folder): restore it from a backup, ` +
      'or move the state folder away to start afresh.',
  );
}

/** Ends a server that an earlier run, killed outright, left behind. */
async function stopLeftover(home: string, onProgress: (step: string) => void): Promise<void> {
  const file = pidFileOf(home);
  const pid = Number(readText(file));
  const isOurs = (): boolean => isAlive(pid) && commandLineOf(pid).includes(path.join(home, 'nats.conf'));
  if (!Number.isInteger(pid) || pid <= 0 || !isOurs()) return;
  onProgress(`stopping a NATS that an earlier run left behind (process ${pid})`);
  signal(pid, 'SIGCONT');
  signal(pid, 'SIGTERM');
  if (!(await until(() => !isOurs(), { timeoutMs: 15_000 }))) signal(pid, 'SIGKILL');
  await until(() => !isOurs(), { timeoutMs: 5_000 });
  rmSync(file, { force: true });
}

async function untilReady(
  server: ServerProcess,
  { port, name, logFile, logStart }: { port: number; name: string; logFile: string; logStart: number },
): Promise<void> {
  const ready = await until(async () => server.hasExited() || (await greets(port, name)), {
    timeoutMs: readyTimeoutMs,
  });
  if (ready && !server.hasExited()) return;
  await server.stop([{ signal: 'SIGKILL', graceMs: 5_000 }]);
  const lines = readFileSync(logFile).subarray(logStart).toString().trim().split('\n');
  const telling = lines.findLast((line) => /\[FTL\]|\[ERR\]|nats-server:/.test(line)) ?? lines.at(-1) ?? '';
  const reason = telling.replace(/^.*\[(FTL|ERR)\] */, '') || 'it said nothing';
  throw new EmbeddedError(`NATS did not start (${reason}): see ${logFile}.`, { retryable: true });
}

/** Whether the server that answers on the port is the one we started, and has its JetStream up. */
function greets(port: number, name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let text = '';
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2_000, () => done(false));
    socket.once('error', () => done(false));
    socket.once('close', () => done(false));
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('\r\n')) done(text.includes(`"${name}"`) && /"jetstream":\s*true/.test(text));
    });
  });
}

function pidFileOf(home: string): string {
  return path.join(home, 'nats.pid');
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
