// A real Redis of its own for a test that shares limits over it, breaks it and mends it. It keeps nothing on the disk:
// after a restart it is empty, as a cache may be.
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { startServer } from '../embedded/child-process.ts';
import { EmbeddedError, sentenceOf } from '../embedded/embedded-error.ts';
import { freePort } from '../embedded/ports.ts';
import { serviceOf, type RunningService } from '../embedded/service.ts';
import { until } from '../../protocol/waiting.ts';
import { findRedisServer, type RedisBinary } from './redis-binary.ts';
import { breakable, type BreakableService } from './services.ts';

const readyTimeoutMs = 20_000;

/**
 * For the `skip` of tests that need Redis: false when there is one, else the sentence why not. Under CI a missing one
 * is a failure, so that these tests cannot quietly stop running, and so is one that was named.
 */
export async function redisMissing(): Promise<string | false> {
  const explicit = process.env['SKEIN_REDIS_SERVER'];
  try {
    await findRedisServer({ explicit });
    return false;
  } catch (error) {
    if (explicit || process.env['CI'] === 'true') throw error;
    return sentenceOf(error);
  }
}

export async function startPrivateRedis(): Promise<BreakableService> {
  const binary = await findRedisServer({ explicit: process.env['SKEIN_REDIS_SERVER'] });
  const folder = mkdtempSync(path.join(os.tmpdir(), 'skein-redis-'));
  const port = await freePort();
  const service = await breakable(() => startRedis(binary, folder, port));
  return {
    ...service,
    async stop() {
      await service.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startRedis(binary: RedisBinary, folder: string, port: number): Promise<RunningService> {
  const logFile = path.join(folder, 'redis.log');
  const server = await startServer({
    command: binary.file,
    args: [
      '--bind',
      '127.0.0.1',
      '--port',
      String(port),
      '--dir',
      folder,
      '--save',
      '',
      '--appendonly',
      'no',
    ],
    env: { ...process.env, ...binary.env },
    logFile,
    lastWill: 'SIGTERM',
  });
  await until(async () => server.hasExited() || (await answersPing(port)), { timeoutMs: readyTimeoutMs });
  if (!server.hasExited() && (await answersPing(port))) return serviceOf(server, `redis://127.0.0.1:${port}`);
  await server.stop([{ signal: 'SIGKILL', graceMs: 5_000 }]);
  throw new EmbeddedError(`Redis did not start on port ${port}: see ${logFile}.`, { retryable: true });
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2_000, () => done(false));
    socket.once('error', () => done(false));
    socket.once('close', () => done(false));
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => done(data.toString().startsWith('+PONG')));
  });
}
