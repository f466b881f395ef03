// How loaded a worker is, judged by how late its event loop runs. Pure: fed with observations.
//
// The problem: one long turn of the loop (a large page, a garbage collection, a machine that was busy elsewhere) makes
// everything late once and is over; refusing work for it would be an error that nobody needed to see. A loop that has
// more to do than it can is late every time. So what counts is the *standing* lateness: the least that was observed in
// the last `windowMs`. It rises only if every observation in that time was late, and it cannot hide: a loop that is
// late by more than the window is judged by that one observation, since it speaks for all of it.
//
// Leaving takes longer than entering, at a lower mark: whoever refuses work has a quick loop, which proves little.
import { admissionBounds as bounds } from './bounds.ts';

export type Load = 'calm' | 'busy' | 'overloaded';

const ranks: Readonly<Record<Load, number>> = { calm: 0, busy: 1, overloaded: 2 };
const entersFromMs = { busy: bounds.busyFromMs, overloaded: bounds.overloadedFromMs } as const;

interface Observation {
  readonly atMs: number;
  readonly lateMs: number;
}

export class LoadState {
  /** In the order of time, of the last window. */
  #seen: Observation[] = [];
  #firstMs: number | null = null;
  #lastMs = 0;
  #load: Load = 'calm';
  #quieterSinceMs: number | null = null;
  #standingMs = 0;
  #overloadedShare = 0;

  get load(): Load {
    return this.#load;
  }
  /** For metrics: 0 calm, 1 busy, 2 overloaded. */
  get rank(): number {
    return ranks[this.#load];
  }
  /** The least lateness of the last window. */
  get standingMs(): number {
    return this.#standingMs;
  }

  /** From 0 to 1: by the share of time that was overloaded lately, or by a lateness that is grave by itself. */
  get pressure(): number {
    return Math.max(this.#overloadedShare, Math.min(1, this.#standingMs / bounds.pressureFullMs));
  }

  /** @param lateMs by how much a timer ran later than it should have, at `nowMs` */
  observe(lateMs: number, nowMs: number): void {
    this.#firstMs ??= nowMs;
    this.#remember({ atMs: nowMs, lateMs: Math.max(0, lateMs) });
    this.#weighOverload(nowMs);
    // Starting up is one long turn.
    if (nowMs - this.#firstMs >= bounds.windowMs) this.#judge(nowMs);
  }

  #remember(observation: Observation): void {
    const sinceMs = observation.atMs - bounds.windowMs;
    const outdated = this.#seen.findIndex(({ atMs }) => atMs > sinceMs);
    this.#seen.splice(0, outdated < 0 ? this.#seen.length : outdated);
    this.#seen.push(observation);
    this.#standingMs = Math.min(...this.#seen.map(({ lateMs }) => lateMs));
  }

  #weighOverload(nowMs: number): void {
    const passedMs = Math.max(0, nowMs - this.#lastMs);
    const kept = Math.exp(-passedMs / bounds.pressureOverMs);
    this.#overloadedShare = kept * this.#overloadedShare + (this.#load === 'overloaded' ? 1 - kept : 0);
    this.#lastMs = nowMs;
  }

  #judge(nowMs: number): void {
    const now = this.#loadOf(1);
    if (ranks[now] > ranks[this.#load]) this.#load = now;
    const mayBecome = this.#loadOf(bounds.leaveAtPart);
    if (ranks[mayBecome] >= ranks[this.#load]) {
      this.#quieterSinceMs = null;
      return;
    }
    this.#quieterSinceMs ??= nowMs;
    if (nowMs - this.#quieterSinceMs < bounds.leaveAfterMs) return;
    this.#load = mayBecome;
    this.#quieterSinceMs = null;
  }

  /** The state for the standing lateness, with the marks scaled. */
  #loadOf(part: number): Load {
    if (this.#standingMs >= part * entersFromMs.overloaded) return 'overloaded';
    return this.#standingMs >= part * entersFromMs.busy ? 'busy' : 'calm';
  }
}
