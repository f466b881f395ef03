// How far each member has received and read: values that only grow. They take no sequence number; what moved is
// collected and leaves together.
import type { MemberCursor } from '../../protocol/frames/subscribe.ts';

export class Cursors {
  readonly #cursors = new Map<string, MemberCursor>();
  readonly #moved = new Set<string>();

  constructor(stored: readonly MemberCursor[]) {
    for (const cursor of stored) this.#cursors.set(cursor.userId, cursor);
  }

  /** Raises a member's cursor; returns whether anything changed. */
  move(userId: string, deliveredSeq: number, readSeq: number, readOrdinal: number): boolean {
    const known = this.of(userId);
    if (deliveredSeq <= known.deliveredSeq && readSeq <= known.readSeq) return false;
    this.#raise(userId, deliveredSeq, readSeq, readOrdinal);
    this.#moved.add(userId);
    return true;
  }

  /** Raises a member's cursor to an event that says so itself: nobody need be told. */
  imply(userId: string, seq: number, ordinal: number): void {
    this.#raise(userId, seq, seq, ordinal);
  }

  #raise(userId: string, deliveredSeq: number, readSeq: number, readOrdinal: number): void {
    const known = this.of(userId);
    this.#cursors.set(userId, {
      userId,
      deliveredSeq: Math.max(known.deliveredSeq, deliveredSeq),
      readSeq: Math.max(known.readSeq, readSeq),
      readOrdinal: Math.max(known.readOrdinal, readOrdinal),
    });
  }

  /** They could not leave after all. */
  giveBack(cursors: readonly MemberCursor[]): void {
    for (const { userId } of cursors) this.#moved.add(userId);
  }

  remove(userId: string): void {
    this.#cursors.delete(userId);
    this.#moved.delete(userId);
  }

  of(userId: string): MemberCursor {
    return this.#cursors.get(userId) ?? { userId, deliveredSeq: 0, readSeq: 0, readOrdinal: 0 };
  }

  all(): MemberCursor[] {
    return [...this.#cursors.values()];
  }

  get anyMoved(): boolean {
    return this.#moved.size > 0;
  }

  /** Cursors that moved since the last call. */
  takeMoved(): MemberCursor[] {
    const moved = [...this.#moved].map((userId) => this.of(userId));
    this.#moved.clear();
    return moved;
  }
}
