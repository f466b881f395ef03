// Processor time that the host of a virtual machine took from it, and when. A machine that stood still for seconds while
// a cluster ran on it says nothing of the cluster: leases lapsed, and rightly so.
import os from 'node:os';
import { hasProcesses, readMachine } from './processes.ts';

interface Reading {
  readonly atMs: number;
  readonly stolenMs: number;
}

/** From one reading to the next, about a second. */
export interface StolenInterval {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Of the whole machine's time, 0 to 1. */
  readonly share: number;
}

export interface StolenTimeOptions {
  readonly nowMs: () => number;
  /** Of all cores together, since any fixed time. */
  readonly stolenMs: () => number;
  readonly cores: number;
}

const readEveryMs = 1_000;
/** Time that is judged together: a stall of a second is seen in it, and a tick of somebody else is not. */
const windowMs = 5_000;
/** The kernel counts in hundredths of a second: shorter intervals say nothing. */
const intervalMsMin = 500;
/** For how far back it can be asked: a day. */
const readingsMax = 86_400;

const thisMachine: StolenTimeOptions = {
  nowMs: () => performance.now(),
  stolenMs: () => readMachine().stolenSeconds * 1_000,
  cores: os.availableParallelism(),
};

export class StolenTime {
  readonly #options: StolenTimeOptions;
  readonly #readings: Reading[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: StolenTimeOptions = thisMachine) {
    this.#options = options;
    this.read();
  }

  /**
   * Reads this machine from now on.
   * @param nowMs the clock of those who ask
   * @returns null where there is no /proc
   */
  static watch(nowMs: () => number = thisMachine.nowMs): StolenTime | null {
    return hasProcesses() ? new StolenTime({ ...thisMachine, nowMs }).start() : null;
  }

  /** Reads every second until it is stopped. */
  start(): this {
    this.#timer = setInterval(() => this.read(), readEveryMs);
    return this;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  read(): void {
    const { nowMs, stolenMs } = this.#options;
    this.#readings.push({ atMs: nowMs(), stolenMs: stolenMs() });
    if (this.#readings.length > readingsMax) this.#readings.shift();
  }

  /** All that was read, second by second. */
  intervals(): StolenInterval[] {
    this.read();
    return this.#readings.slice(1).flatMap((to, index) => {
      const from = this.#readings[index]!;
      const ms = to.atMs - from.atMs;
      if (ms < intervalMsMin) return [];
      const share = (to.stolenMs - from.stolenMs) / (this.#options.cores * ms);
      return [{ fromMs: from.atMs, untilMs: to.atMs, share }];
    });
  }

  /** The part of the whole machine's time, 0 to 1, that was taken in the worst few seconds of this time. */
  worstShare(fromMs: number, untilMs = Infinity): number {
    this.read();
    const readings = this.#readings.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs);
    const shares = readings.map((to) => {
      const from = readings.find(({ atMs }) => atMs >= to.atMs - windowMs)!;
      const ms = Math.max(windowMs, to.atMs - from.atMs);
      return (to.stolenMs - from.stolenMs) / (this.#options.cores * ms);
    });
    return Math.max(0, ...shares);
  }
}
