// The durable head of a journal: number and hash of the last record that NATS acknowledged, kept outside JetStream. NATS
// may drop the tail of a damaged file at its start and say nothing; the head tells how long the journal has to be.
import type { JournalPosition } from './reader.ts';

/** Keeps the heads of this host's journals, one for each life of a worker. */
export interface JournalHeads {
  /** Makes room for the head of a new journal; throws when that cannot be. */
  open(incarnation: string): HeadKeeper;
  /** The last head that was kept; null when this host knows nothing of the journal. */
  read(incarnation: string): JournalPosition | null;
  /** Journals whose heads are kept here. */
  list(): string[];
  remove(incarnation: string): void;
}

export interface HeadKeeper {
  /** Survives the end of the process once it returns; throws when that cannot be. */
  keep(head: JournalPosition): void;
  close(): void;
}

/** Where nobody compares: tests of other things. */
export const noHeads: JournalHeads = {
  open: () => ({ keep: () => undefined, close: () => undefined }),
  read: () => null,
  list: () => [],
  remove: () => undefined,
};

/** The head that is further on: each place may lag behind the others. */
export function furtherHead(
  one: JournalPosition | null,
  other: JournalPosition | null,
): JournalPosition | null {
  if (!one || !other) return one ?? other;
  return other.number > one.number ? other : one;
}
