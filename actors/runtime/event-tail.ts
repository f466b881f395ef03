// The end of an actor's sequence, in memory: every event that is durable and not yet projected, and a few more. It
// makes PostgreSQL's delay invisible: what is not there is here.

interface Kept<Event> {
  readonly event: Event;
  readonly batch: number;
}

export class EventTail<Event extends { readonly seq: number }> {
  readonly #keptMax: number;
  #kept: Kept<Event>[] = [];
  #headSeq: number;

  /** @param headSeq the last sequence number that is projected  @param keptMax projected events kept at most */
  constructor(headSeq: number, keptMax: number) {
    this.#headSeq = headSeq;
    this.#keptMax = keptMax;
  }

  /** The last durable sequence number. */
  get headSeq(): number {
    return this.#headSeq;
  }
  /** The first sequence number held; headSeq + 1 when none is. */
  get firstSeq(): number {
    return this.#kept[0]?.event.seq ?? this.#headSeq + 1;
  }

  /** Adds a durable event; the sequence numbers must be consecutive. */
  push(event: Event, batch: number, projectedBatch: number): void {
    if (event.seq !== this.#headSeq + 1)
      throw new Error(`sequence broken: ${event.seq} after ${this.#headSeq}`);
    this.#kept.push({ event, batch });
    this.#headSeq = event.seq;
    if (this.#kept.length > 2 * this.#keptMax) this.#trim(projectedBatch);
  }

  /** The events with from <= seq <= to that are held. */
  between(from: number, to: number): Event[] {
    const first = this.firstSeq;
    const start = Math.max(0, from - first);
    return this.#kept.slice(start, Math.max(start, to - first + 1)).map(({ event }) => event);
  }

  /** Replaces events by what is to be shown instead of them; `change` answers the same event to keep it. */
  rewrite(change: (event: Event) => Event): void {
    this.#kept = this.#kept.map((kept) => {
      const event = change(kept.event);
      return event === kept.event ? kept : { ...kept, event };
    });
  }

  #trim(projectedBatch: number): void {
    let free = 0;
    const freeMax = this.#kept.length - this.#keptMax;
    while (free < freeMax && this.#kept[free]!.batch <= projectedBatch) free++;
    if (free > 0) this.#kept = this.#kept.slice(free);
  }
}
