// Servers as child processes: in a session of their own, so that Ctrl-C in the terminal does not reach them and the
// order of stopping stays ours, and with a last will, so that they stop when this process is killed outright.
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { EmbeddedError } from './embedded-error.ts';
import { openLog } from './log-files.ts';
import { signal } from './process-tree.ts';
import { settlesWithin } from '../../protocol/waiting.ts';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ServerProcess {
  readonly pid: number;
  /** Resolves when the process is gone; never rejects. */
  readonly exited: Promise<Exit>;
  hasExited(): boolean;
  /** Sends each signal in turn, waiting up to its `graceMs` for the exit. */
  stop(steps: readonly { signal: NodeJS.Signals; graceMs: number }[]): Promise<void>;
}

export interface ServerOptions {
  command: string;
  args: readonly string[];
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  user?: { uid: number; gid: number } | undefined;
  /** Gets both output streams; a file rather than a pipe, since the server may outlive us for a moment. */
  logFile: string;
  /** Sent to the server when this process vanishes without having stopped it. */
  lastWill: NodeJS.Signals;
  /** Opens a channel to a Node child and takes what it sends. */
  onMessage?: (message: unknown) => void;
}

/** Starts a server; throws EmbeddedError when the program cannot be executed at all. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const log = openLog(options.logFile);
  let child: ChildProcess;
  try {
    child = spawn(options.command, options.args, {
      detached: true,
      stdio: options.onMessage === undefined ? ['ignore', log, log] : ['ignore', log, log, 'ipc'],
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      ...(options.env !== undefined && { env: options.env }),
      ...options.user,
    });
    if (options.onMessage !== undefined) child.on('message', options.onMessage);
    await spawned(child, options.command);
  } finally {
    closeSync(log);
  }
  return asServer(child, options.lastWill);
}

function asServer(child: ChildProcess, lastWill: NodeJS.Signals): ServerProcess {
  const pid = child.pid as number;
  const will = leaveLastWill(pid, lastWill);
  let exit: Exit | undefined;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, name) => {
      exit = { code, signal: name };
      will.revoke();
      resolve(exit);
    });
  });
  return {
    pid,
    exited,
    hasExited: () => exit !== undefined,
    async stop(steps) {
      for (const { signal: name, graceMs } of steps) {
        if (exit !== undefined) return;
        signal(pid, name);
        if (await settlesWithin(exited, graceMs)) return;
      }
    },
  };
}

/** A shell that waits on a pipe from us: the pipe closing without a word means that we are gone. */
export function leaveLastWill(pid: number, name: NodeJS.Signals): { revoke(): void } {
  const script = `read word || kill -${name.replace('SIG', '')} ${pid} 2>/dev/null`;
  const watcher = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  watcher.on('error', () => undefined);
  watcher.stdin?.on('error', () => undefined);
  watcher.unref();
  return { revoke: () => void watcher.stdin?.end('done\n') };
}

function spawned(child: ChildProcess, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => {
      reject(new EmbeddedError(`${command} cannot be executed (${cause.message}).`, { cause }));
    });
  });
}
