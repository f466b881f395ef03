// Deleted messages that someone has not read yet: nobody's unread count holds them (MSG-6). Each by its ordinal, with the
// sequence number of its deletion, so that a count is as of the same event as the head that it goes with.
import { bounds } from '../runtime/bounds.ts';

export interface StoredDeletions {
  /** Ordinals of deleted messages, the highest ones, as many as were asked for. */
  readonly ordinals: readonly number[];
  /** All deleted messages above this ordinal are among them. */
  readonly completeAbove: number;
}

export interface CountedDeletions {
  readonly count: number;
  readonly asOfSeq: number;
}

export class Deletions {
  /** Sequence number of the deletion by the message's ordinal; 0: it was in the record when the actor woke. */
  readonly #seqs: Map<number, number>;
  #completeAbove: number;
  /** The latest deletion that memory let go, or did not keep. */
  #forgottenSeq = 0;

  constructor({ ordinals, completeAbove }: StoredDeletions) {
    this.#seqs = new Map(ordinals.map((ordinal) => [ordinal, 0]));
    this.#completeAbove = completeAbove;
  }

  /** @param readByAll answers the ordinal up to which every member has read */
  decided(ordinal: number, seq: number, readByAll: () => number): void {
    if (ordinal <= this.#completeAbove) {
      // The record is asked for those, and has to know of this one first.
      this.#forgottenSeq = Math.max(this.#forgottenSeq, seq);
      return;
    }
    this.#seqs.set(ordinal, seq);
    if (this.#seqs.size > bounds.deletionsKept) this.#forget(readByAll());
  }

  /** Deleted messages above the ordinal, of those that memory holds, as of the event; null: the record must be asked. */
  above(ordinal: number, headSeq: number): number | null {
    return ordinal < this.#completeAbove ? null : this.#count(ordinal, 0, headSeq);
  }

  /** Adds what the record did not know yet; null: that was let go meanwhile, and the record must be asked again. */
  added(ordinal: number, record: CountedDeletions, headSeq: number): number | null {
    if (record.asOfSeq > headSeq || record.asOfSeq < this.#forgottenSeq) return null;
    return record.count + this.#count(ordinal, record.asOfSeq + 1, headSeq);
  }

  #count(ordinal: number, fromSeq: number, toSeq: number): number {
    let count = 0;
    for (const [each, seq] of this.#seqs) if (each > ordinal && seq >= fromSeq && seq <= toSeq) count++;
    return count;
  }

  /** Nobody asks again for what all have read; beyond that, members who have read least are told from the record. */
  #forget(readByAll: number): void {
    const ascending = [...this.#seqs.keys()].sort((a, b) => a - b);
    const kept = ascending.filter((ordinal) => ordinal > readByAll).slice(-bounds.deletionsKept / 2);
    for (const ordinal of ascending.slice(0, ascending.length - kept.length)) {
      this.#forgottenSeq = Math.max(this.#forgottenSeq, this.#seqs.get(ordinal)!);
      this.#completeAbove = Math.max(this.#completeAbove, ordinal);
      this.#seqs.delete(ordinal);
    }
  }
}
