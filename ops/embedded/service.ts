// What PostgreSQL and NATS have in common once they run as parts of an embedded instance.
import type { Exit } from './child-process.ts';

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
  /** Freezes it and its children until `resume`. */
  pause(): void;
  resume(): void;
}
