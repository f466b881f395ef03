// Programs that a set-up needs besides servers of ours: started on a free port and in a folder of their own, and stopped
// with what they wrote.
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BenchError } from '../bench-error.ts';
import { freePorts } from '../server/ports.ts';
import { leaveWill } from '../server/will.ts';
import type { FoundProgram } from './found-program.ts';

export interface OwnProcess extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
}

export interface Place {
  readonly port: number;
  readonly folder: string;
}

interface Command {
  readonly args: readonly string[];
  /** On top of ours and the program's. */
  readonly env?: Readonly<Record<string, string>>;
}

const readyWithinMs = 60_000;
const stopWithinMs = 20_000;
const shownLines = 10;

/** Ready when it takes connections at its port; throws BenchError when it does not come to that. */
export async function startProcess(
  { file, env }: FoundProgram,
  name: string,
  commandOf: (place: Place) => Command,
): Promise<OwnProcess> {
  const [port] = await freePorts(1);
  const folder = mkdtempSync(path.join(os.tmpdir(), `skein-bench-${name}-`));
  const command = commandOf({ port: port!, folder });
  const logFile = path.join(folder, 'output.log');
  const log = openSync(logFile, 'a');
  const child = spawn(file, command.args, {
    // Ctrl-C comes to the bench alone, which then stops things in order.
    detached: true,
    cwd: folder,
    stdio: ['ignore', log, log],
    env: { ...process.env, ...env, ...command.env },
  });
  closeSync(log);
  const exited = new Promise<void>((resolve) =>
    child.once('exit', () => resolve()).once('error', () => resolve()),
  );
  const will = child.pid === undefined ? null : leaveWill(child.pid);
  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
    await exited;
    clearTimeout(timer);
    will?.stdin?.end('done\n');
    rmSync(folder, { recursive: true, force: true });
  };
  if (!(await becomesReady(child, port!))) {
    const said = readFileSync(logFile, 'utf8').trim().split('\n').slice(-shownLines).join('\n');
    await stop();
    throw new BenchError(`${file} did not begin to serve on port ${port}:\n${said}`);
  }
  return { pid: child.pid!, port: port!, [Symbol.asyncDispose]: stop };
}

async function becomesReady(child: ChildProcess, port: number): Promise<boolean> {
  const deadline = performance.now() + readyWithinMs;
  const runs = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  while (performance.now() < deadline && runs()) {
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
