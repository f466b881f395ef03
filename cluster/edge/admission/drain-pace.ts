// How many sockets may stay at each moment of a drain: all at its beginning, none at its end, evenly between. Counted
// by who is there, not by who was closed, so that those who leave by themselves make it slower, never uneven. Pure.

export class DrainPace {
  readonly #atFirst: number;
  readonly #startMs: number;
  readonly #overMs: number;

  /** @param atFirst sockets at the beginning */
  constructor(atFirst: number, startMs: number, overMs: number) {
    this.#atFirst = atFirst;
    this.#startMs = startMs;
    this.#overMs = Math.max(0, overMs);
  }

  mayStay(nowMs: number): number {
    const passedMs = nowMs - this.#startMs;
    if (passedMs >= this.#overMs) return 0;
    return Math.floor(this.#atFirst * (1 - passedMs / this.#overMs));
  }
}
