// The common part of PostgreSQL and NATS once they run in an embedded instance.
import type { Exit, ServerProcess } from './child-process.ts';
import { freeze, signal } from './process-tree.ts';

export interface ServiceOptions {
  stateDir: string;
  port: number;
  /** Takes one line about something worth keeping. */
  log?: (line: string) => void;
  /** Takes one short phrase per step that takes time. */
  onProgress?: (step: string) => void;
}

export interface RunningService {
  readonly url: string;
  readonly pid: number;
  /** Resolves when the process is gone, wanted or not. */
  readonly exited: Promise<Exit>;
  /** Stops it in good order; harmless when it is gone. */
  stop(): Promise<void>;
  /** Ends it and its children as a crash would. */
  kill(): Promise<void>;
  /** Freezes it and its children until `resume`; they stand still when it returns. */
  pause(): void;
  resume(): void;
}

/** A server of one process, which is asked to stop and made to when it does not. */
export function serviceOf(server: ServerProcess, url: string): RunningService {
  const send = (name: NodeJS.Signals): void => {
    if (!server.hasExited()) signal(server.pid, name);
  };
  return {
    url,
    pid: server.pid,
    exited: server.exited,
    async stop() {
      send('SIGCONT');
      await server.stop([
        { signal: 'SIGTERM', graceMs: 15_000 },
        { signal: 'SIGKILL', graceMs: 5_000 },
      ]);
    },
    async kill() {
      send('SIGKILL');
      await server.exited;
    },
    pause: () => !server.hasExited() && freeze(server.pid),
    resume: () => send('SIGCONT'),
  };
}
