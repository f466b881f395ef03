// A Redis of the comparison's own, which keeps nothing on the disk.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
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

interface RedisProgram {
  readonly file: string;
  /** Variables that it needs in its environment beyond ours. */
  readonly env: Readonly<Record<string, string>>;
}

const finder = path.resolve(import.meta.dirname, '..', '..', 'ops', 'testing', 'redis-program.ts');

/** The one that the project's own tests use, fetched if need be; throws BenchError when there is none to be had. */
export async function findRedis(env: NodeJS.ProcessEnv = process.env): Promise<RedisProgram> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [finder], { env });
    return JSON.parse(stdout) as RedisProgram;
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    const reason = stderr?.trim() || sentenceOf(error);
    throw new BenchError(`${reason} With --only uws the comparison goes without.`, { cause: error });
  }
}

async function versionOf({ file, env }: RedisProgram): Promise<string> {
  const { stdout } = await promisify(execFile)(file, ['--version'], { env: { ...process.env, ...env } });
  return /v=(\S+)/.exec(stdout)?.[1] ?? 'unknown';
}

export async function startRedis(): Promise<RedisProcess> {
  const program = await findRedis();
  const { file, env } = program;
  const version = await versionOf(program);
  const [port] = await freePorts(1);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'skein-bench-redis-'));
  const place = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder];
  const child = spawn(file, [...place, '--save', '', '--appendonly', 'no'], {
    // Ctrl-C comes to the bench alone, which then stops things in order.
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, ...env },
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
