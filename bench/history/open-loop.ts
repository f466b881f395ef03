// Moments at which something is due, evenly apart and fixed before the run, shared among several processes.
import { onTime } from '../chat/paced.ts';

/** One of several processes that take what is due in turn. */
export interface Turn {
  readonly index: number;
  readonly of: number;
}

export interface OpenLoop {
  /** A second, of all processes together. */
  readonly rate: number;
  readonly turn: Turn;
  /** In microseconds of the clock that all processes share. */
  readonly startUs: number;
  readonly untilUs: number;
  /** @param number counts what this process does, from 0 */
  readonly act: (number: number, dueUs: number) => void;
}

/** Resolves when the last one was begun, whatever became of it. */
export function openLoop(loop: OpenLoop): Promise<void> {
  return onTime(stepsOf(loop));
}

function* stepsOf({
  rate,
  turn,
  startUs,
  untilUs,
  act,
}: OpenLoop): Generator<{ dueUs: number; act(): void }> {
  for (let number = 0; ; number++) {
    const dueUs = Math.round(startUs + ((number * turn.of + turn.index) * 1_000_000) / rate);
    if (dueUs >= untilUs) return;
    yield { dueUs, act: () => act(number, dueUs) };
  }
}
