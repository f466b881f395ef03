// How far each member has received and read: values that only grow. They take no sequence number; what moved is
// collected and leaves together.
import type { MemberCursor } from '../../protocol/frames/subscribe.ts';

export class Cursors {
  readonly #cursors = new Map<string, MemberCursor>();
  readonly #moved = new Set<string>();

  constructor(stored: readonly MemberCursor[]) {
    for (const cursor of stored) this.#cursors.set(cursor[0], cursor);
  }

  /** Raises a member's cursor; returns whether anything changed. */
  move(userId: string, deliveredSeq: number, readSeq: number, readOrdinal: number): boolean {
    const [, delivered, read, ordinal] = this.of(userId);
    if (deliveredSeq <= delivered && readSeq <= read) return false;
    this.#cursors.set(userId, [
      userId,
      Math.max(delivered, deliveredSeq),
      Math.max(read, readSeq),
      Math.max(ordinal, readOrdinal),
    ]);
    this.#moved.add(userId);
    return true;
  }

  remove(userId: string): void {
    this.#cursors.delete(userId);
    this.#moved.delete(userId);
  }

  of(userId: string): MemberCursor {
    return this.#cursors.get(userId) ?? [userId, 0, 0, 0];
  }

  all(): MemberCursor[] {
    return [...this.#cursors.values()];
  }

  get anyMoved(): boolean {
    return this.#moved.size > 0;
  }

  /** What moved since the last call. */
  takeMoved(): MemberCursor[] {
    const moved = [...this.#moved].map((userId) => this.of(userId));
    this.#moved.clear();
    return moved;
  }
}
