// Turns what arrives for one sequence (a conversation, the inbox) into exactly what happened: in order, without a
// gap, without a repeat. Pure: the caller fetches what is found missing.

/** Events that wait behind a hole; more are dropped, since paging brings them again. */
const aheadMax = 1000;

export class EventStream<Event extends { readonly seq: number }> {
  readonly #ahead = new Map<number, Event>();
  /** The last sequence number that has arrived, kept or not, or is known to exist. */
  #highest = 0;
  /** The last sequence number handed on; null before the first subscription has told where it starts. */
  cursor: number | null;

  constructor(cursor: number | null) {
    this.cursor = cursor;
  }

  /** Takes an event from the wire; returns what can be handed on now, in order. */
  offer(event: Event): Event[] {
    if (this.cursor === null) {
      this.#hold(event);
      return [];
    }
    if (event.seq <= this.cursor) return [];
    this.#hold(event);
    return this.#drain();
  }

  /**
   * Declares where the stream begins; returns what had come early and follows from there. A stream that had begun
   * before begins anew: what it holds is of a history that was replaced.
   */
  startAfter(seq: number): Event[] {
    if (this.cursor !== null) this.#forget();
    this.cursor = seq;
    for (const held of this.#ahead.keys()) if (held <= seq) this.#ahead.delete(held);
    return this.#drain();
  }

  /** Everything up to this sequence number has happened, whether it arrives by itself or not. */
  expect(seq: number): void {
    this.#highest = Math.max(this.#highest, seq);
  }

  /** True while something later has arrived and something before it has not. */
  get hasHole(): boolean {
    return this.#highest > (this.cursor ?? 0);
  }

  #hold(event: Event): void {
    this.#highest = Math.max(this.#highest, event.seq);
    const isNext = this.cursor !== null && event.seq === this.cursor + 1;
    if (isNext || this.#ahead.size < aheadMax) this.#ahead.set(event.seq, event);
  }

  #forget(): void {
    this.#ahead.clear();
    this.#highest = 0;
  }

  #drain(): Event[] {
    const ready: Event[] = [];
    for (;;) {
      const next = this.#ahead.get(this.cursor! + 1);
      if (!next) return ready;
      this.#ahead.delete(next.seq);
      this.cursor = next.seq;
      ready.push(next);
    }
  }
}
