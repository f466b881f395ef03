// Latencies and counts of each second of a run, in little memory however long it is: only the last seconds, to which
// something may still be added, are kept as histograms.
import { Latency } from '../latency.ts';

/** A histogram takes 100 KiB; few deliveries are later than this. */
const openSecondsMax = 15;

export class LatencyBySecond {
  readonly #open = new Map<number, Latency>();
  readonly #done: string[] = [];

  /** @param second from 0  @param us microseconds */
  record(second: number, us: number): void {
    let latency = this.#open.get(second);
    if (!latency) {
      this.#close(openSecondsMax - 1);
      latency = new Latency();
      const before = this.#done[second];
      if (before !== undefined) latency.add(before);
      this.#open.set(second, latency);
    }
    latency.record(us);
  }

  /** One encoded histogram for each of the seconds. */
  encode(seconds: number): string[] {
    this.#close(0);
    let empty = '';
    return Array.from(
      { length: seconds },
      (_, second) => this.#done[second] ?? (empty ||= new Latency().encode()),
    );
  }

  /** Until no more than these are open; the oldest go first. */
  #close(openMax: number): void {
    for (const [second, latency] of this.#open) {
      if (this.#open.size <= openMax) return;
      this.#done[second] = latency.encode();
      this.#open.delete(second);
    }
  }
}

export class CountBySecond {
  readonly #counts: number[] = [];

  add(second: number): void {
    this.#counts[second] = (this.#counts[second] ?? 0) + 1;
  }

  counts(seconds: number): number[] {
    return Array.from({ length: seconds }, (_, second) => this.#counts[second] ?? 0);
  }
}
