// Reads of the same moment that share one query. After a failover, or when fifty thousand people come back, thousands of
// actors and heads are read within moments; a query for each would cost more than what it reads.
import type { Clock, Timers } from '../../actors/runtime/ports.ts';
import { Pace } from '../../actors/runtime/pace.ts';

interface Waiting<Wish, Found> {
  readonly wish: Wish;
  readonly resolve: (found: Found | null) => void;
  readonly reject: (error: unknown) => void;
}

export interface GatheredOptions<Wish, Found> {
  /** Answers by the position of the wish, from 1 (`with ordinality`); a wish without a row gets null. */
  readonly query: (wishes: readonly Wish[]) => Promise<Iterable<readonly [position: number, found: Found]>>;
  readonly wishesPerQuery: number;
  readonly clock: Clock;
  readonly timers: Timers;
}

const gatherMs = 3;

export class Gathered<Wish, Found> {
  readonly #options: GatheredOptions<Wish, Found>;
  readonly #pace: Pace;
  #waiting: Waiting<Wish, Found>[] = [];

  constructor(options: GatheredOptions<Wish, Found>) {
    this.#options = options;
    this.#pace = new Pace(gatherMs, options.clock, options.timers);
  }

  read(wish: Wish): Promise<Found | null> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ wish, resolve, reject });
      this.#pace.ask(() => this.#flush());
    });
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let at = 0; at < waiting.length; at += this.#options.wishesPerQuery) {
      const group = waiting.slice(at, at + this.#options.wishesPerQuery);
      this.#answer(group).catch((error: unknown) => group.forEach(({ reject }) => reject(error)));
    }
  }

  async #answer(group: readonly Waiting<Wish, Found>[]): Promise<void> {
    const found = new Map(await this.#options.query(group.map(({ wish }) => wish)));
    group.forEach(({ resolve }, index) => resolve(found.get(index + 1) ?? null));
  }
}
