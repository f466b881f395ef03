// The settings of an idle run.
import { BenchError } from '../bench-error.ts';
import { requireRoom } from '../options.ts';

export interface IdleOptions {
  readonly connections: number;
  readonly workers: number;
  readonly generators: number;
  /** Seconds without anything happening before each reading. */
  readonly settle: number;
  /** Garbage collections of each heap before a reading of what it holds. */
  readonly collections: number;
  /** That every two people write to each other at the end, so that their conversation is in memory; 0: nobody writes. */
  readonly messages: number;
  /** Bound on the memory of one connection in all server processes together, in KB of 1000 bytes. */
  readonly maxKb: number;
  readonly json: string | undefined;
  readonly keep: boolean;
}

/** Throws BenchError with what to change. */
export function checked(options: IdleOptions): IdleOptions {
  const { connections, workers, generators } = options;
  requireRoom('--workers', workers, connections);
  requireRoom('--generators', generators, connections);
  if (generators > connections)
    throw new BenchError(`--generators must not be more than the ${connections} connections.`);
  return options;
}
