// Clock and timers of a test, which says when time passes.
import type { Cancel, Clock, Timers } from '../ports.ts';

export const startMs = Date.UTC(2026, 0, 1);

export class ManualTime implements Clock, Timers {
  elapsedMs = 0;
  readonly #due = new Set<{ atMs: number; run: () => void; everyMs: number | null }>();

  /** Timers that are set. */
  get pending(): number {
    return this.#due.size;
  }

  now(): number {
    return startMs + this.elapsedMs;
  }
  monotonicMs(): number {
    return this.elapsedMs;
  }
  setTimeout(run: () => void, delayMs: number): Cancel {
    return this.#add({ atMs: this.elapsedMs + delayMs, run, everyMs: null });
  }
  setInterval(run: () => void, everyMs: number): Cancel {
    return this.#add({ atMs: this.elapsedMs + everyMs, run, everyMs });
  }
  afterTurn(run: () => void): void {
    setImmediate(run);
  }
  advance(ms: number): void {
    const end = this.elapsedMs + ms;
    for (;;) {
      const next = [...this.#due].filter(({ atMs }) => atMs <= end).sort((a, b) => a.atMs - b.atMs)[0];
      if (!next) break;
      this.elapsedMs = next.atMs;
      if (next.everyMs === null) this.#due.delete(next);
      else next.atMs += next.everyMs;
      next.run();
    }
    this.elapsedMs = end;
  }
  #add(timer: { atMs: number; run: () => void; everyMs: number | null }): Cancel {
    this.#due.add(timer);
    return () => void this.#due.delete(timer);
  }
}
