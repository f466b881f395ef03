// Work at a pace: things that are due at fixed moments, and things of which only so many may begin in a second.
import { setTimeout as delay } from 'node:timers/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { nowUs } from '../clock.ts';

/** So many may go out in one turn of the event loop, which has answers to read as well. */
const perTurnMax = 64;

/**
 * Does each step when it is due, whatever became of those before. Timers keep to a millisecond; whatever is due by then
 * is done.
 */
export async function onTime(steps: Iterable<{ dueUs: number; act: () => void }>): Promise<void> {
  let inTurn = 0;
  for (const { dueUs, act } of steps) {
    for (;;) {
      const waitUs = dueUs - nowUs();
      if (waitUs <= 0) break;
      await delay(Math.ceil(waitUs / 1000));
      inTurn = 0;
    }
    if (++inTurn > perTurnMax) {
      await turn();
      inTurn = 0;
    }
    act();
  }
}

/** Lets one through at a time, at most so many in a second. */
export class Gate {
  readonly #everyMs: number;
  #nextMs = 0;

  constructor(perSecondMax: number) {
    this.#everyMs = 1000 / perSecondMax;
  }

  async pass(): Promise<void> {
    const now = performance.now();
    const atMs = Math.max(now, this.#nextMs);
    this.#nextMs = atMs + this.#everyMs;
    if (atMs > now) await delay(atMs - now);
  }
}
