// Lets what costs the same for one thing as for many happen at most once in an interval: a NATS message, a journal
// record. Whoever asks after a pause gets it at the end of this turn of the event loop, so a quiet server adds no delay;
// on a busy one everything that comes within the interval shares the cost.
import type { Clock, Timers } from './ports.ts';

export class Pace {
  readonly #everyMs: number;
  readonly #clock: Clock;
  readonly #timers: Timers;
  #lastMs = Number.NEGATIVE_INFINITY;
  #asked = false;

  /** @param everyMs between the starts of two runs, at least */
  constructor(everyMs: number, clock: Clock, timers: Timers) {
    this.#everyMs = everyMs;
    this.#clock = clock;
    this.#timers = timers;
  }

  /** Runs it when its time has come. One that waits already is the one: what this one asks for goes with it. */
  ask(run: () => void): void {
    if (this.#asked) return;
    this.#asked = true;
    const go = () => {
      this.#asked = false;
      this.#lastMs = this.#clock.monotonicMs();
      run();
    };
    const waitMs = this.#lastMs + this.#everyMs - this.#clock.monotonicMs();
    if (waitMs > 0) this.#timers.setTimeout(go, waitMs);
    else this.#timers.afterTurn(go);
  }
}
