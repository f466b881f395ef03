// A Redis of the comparison's own.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram, type FoundProgram } from './found-program.ts';
import { startProcess, type OwnProcess } from './own-process.ts';

export interface RedisProcess extends OwnProcess {
  readonly url: string;
  readonly version: string;
}

/** The one that the project's own tests use, fetched if need be; throws BenchError when there is none to be had. */
export function findRedis(env?: NodeJS.ProcessEnv): Promise<FoundProgram> {
  return findProgram('redis-program.ts', env);
}

async function versionOf({ file, env }: FoundProgram): Promise<string> {
  const { stdout } = await promisify(execFile)(file, ['--version'], { env: { ...process.env, ...env } });
  return /v=(\S+)/.exec(stdout)?.[1] ?? 'unknown';
}

/** @param isKept writes what it is told to a file before it answers, and has the disk take that once a second */
export async function startRedis(isKept = false): Promise<RedisProcess> {
  const program = await findRedis();
  const version = await versionOf(program);
  const redis = await startProcess(program, 'redis', ({ port, folder }) => {
    const place = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder];
    const log = isKept ? ['yes', '--appendfsync', 'everysec'] : ['no'];
    return { args: [...place, '--save', '', '--appendonly', ...log] };
  });
  return { ...redis, url: `redis://127.0.0.1:${redis.port}`, version };
}
