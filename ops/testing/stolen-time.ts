// Processor time that the host of a virtual machine took from it, and when. A machine that stood still for seconds while
// a cluster ran on it says nothing of the cluster: leases lapsed, and rightly so.
import os from 'node:os';
import { readMachine } from '../../bench/machine/processes.ts';

interface Reading {
  readonly atMs: number;
  readonly stolenMs: number;
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
/** For how far back it can be asked. */
const readingsMax = 7_200;

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
