// A scenario of `npm run bench`: a command of its own, and work that ends in an outcome.
import type { Command } from 'commander';
import type { MeasuredInterval } from './machine/host-time.ts';
import type { Progress } from './progress.ts';

/** Input of every scenario. */
export interface Run {
  /** As it was typed. */
  readonly command: string;
  readonly startedAt: string;
  readonly progress: Progress;
  /** Gets whatever must be stopped, as soon as it is started; the last one is stopped first. */
  readonly started: AsyncDisposable[];
}

export interface Outcome {
  /** For people, on stdout. */
  readonly text: string;
  /** Content of the file that `--json` writes: everything that the text shows and what it was made from. */
  readonly result: object;
  /** Where it is written; undefined: nowhere. */
  readonly json: string | undefined;
  /** Times that the numbers are of; none: the whole run. */
  readonly measured?: readonly MeasuredInterval[];
  /** Nothing was lost, doubled or out of order. */
  readonly sound: boolean;
}

/** Carries out the work of the scenario that was named, and stops what it started. */
export type CarryOut = (work: (run: Run) => Promise<Outcome>) => Promise<void>;

/** Adds the scenario's command, whose action hands the work over. */
export type Scenario = (program: Command, carryOut: CarryOut) => void;
