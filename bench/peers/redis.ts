// A Redis of the comparison's own, which keeps nothing on the disk.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { BenchError, sentenceOf } from '../bench-error.ts';
import { freePorts } from '../server/ports.ts';

export interface RedisProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly version: string;
}

const readyWithinMs = 10_000;

/** The program that SKEIN_REDIS_SERVER names, or one on PATH; throws BenchError when there is none that runs. */
export async function findRedis(
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ file: string; version: string }> {
  const folders = [...(env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin'];
  const onPath = ['redis-server', 'valkey-server']
    .flatMap((name) => folders.map((folder) => path.join(folder, name)))
    .find((file) => path.isAbsolute(file) && existsSync(file));
  const file = env['SKEIN_REDIS_SERVER'] || onPath;
  const what =
    'Socket.IO needs a Redis for several processes: install redis-server, or name one in SKEIN_REDIS_SERVER. ' +
    'With --only uws the comparison goes without.';
  if (file === undefined) throw new BenchError(what);
  try {
    const { stdout } = await promisify(execFile)(file, ['--version'], { timeout: 10_000 });
    return { file, version: /v=(\S+)/.exec(stdout)?.[1] ?? 'unknown' };
  } catch (error) {
    throw new BenchError(`${file} does not run (${sentenceOf(error).trim()}). ${what}`, { cause: error });
  }
}

export async function startRedis(): Promise<RedisProcess> {
  const { file, version } = await findRedis();
  const [port] = await freePorts(1);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'skein-bench-redis-'));
  const place = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder];
  const child = spawn(file, [...place, '--save', '', '--appendonly', 'no'], {
    // Ctrl-C comes to the bench alone, which then stops things in order.
    detached: true,
    stdio: 'ignore',
  });
  const exited = new Promise<void>((resolve) =>
    child.once('exit', () => resolve()).once('error', () => resolve()),
  );
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  if (!(await becomesReady(child, port!))) {
    await stop();
    throw new BenchError(`${file} did not begin to serve on port ${port}.`);
  }
  return { url: `redis://127.0.0.1:${port}`, pid: child.pid!, version, [Symbol.asyncDispose]: stop };
}

async function becomesReady(child: ChildProcess, port: number): Promise<boolean> {
  const deadline = performance.now() + readyWithinMs;
  while (performance.now() < deadline && child.exitCode === null && child.signalCode === null) {
    if (await takesConnections(port)) return true;
    await delay(50);
  }
  return false;
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
