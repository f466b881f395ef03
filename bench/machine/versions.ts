// On what a run was made: the machine, and the versions of what is under test, asked of the very programs that run.
import { execFile } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import os from 'node:os';
import { promisify } from 'node:util';
import { groupOf } from './process-groups.ts';
import { commandOf, familyOf, hasProcesses, readProcesses } from './processes.ts';

export interface Surroundings {
  readonly cores: number;
  readonly processor: string;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  /** Null where the server is not ours or there is no /proc. */
  readonly nats: string | null;
  readonly postgres: string | null;
}

/** @param serverPid what runs the server; null: it is not ours */
export async function describeSurroundings(serverPid: number | null): Promise<Surroundings> {
  const pids =
    serverPid === null || !hasProcesses() ? [] : familyOf(serverPid, readProcesses()).map(({ pid }) => pid);
  const versionOf = async (group: 'nats' | 'postgres') => {
    const pid = pids.find((each) => groupOf(commandOf(each)) === group);
    return pid === undefined ? null : await askVersion(pid);
  };
  return {
    cores: os.availableParallelism(),
    processor: os.cpus()[0]?.model.trim() ?? 'unknown',
    memoryBytes: os.totalmem(),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    nats: await versionOf('nats'),
    postgres: await versionOf('postgres'),
  };
}

async function askVersion(pid: number): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(readlinkSync(`/proc/${pid}/exe`), ['--version'], {
      timeout: 5_000,
    });
    return /\d+(\.\d+)+/.exec(stdout)?.[0] ?? null;
  } catch {
    return null;
  }
}
