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
  /** Those of them that PostgreSQL may not know of: it was away when they began. */
  unregistered(): string[];
  remove(incarnation: string): void;
}

export interface HeadKeeper {
  /** Survives the end of the process once it returns; throws when that cannot be. */
  keep(head: JournalPosition): void;
  /** PostgreSQL knows of the journal. */
  registered(): void;
  close(): void;
}

/** Where nobody compares: tests of other things. */
export const noHeads: JournalHeads = {
  open: () => ({ keep: () => undefined, registered: () => undefined, close: () => undefined }),
  read: () => null,
  list: () => [],
  unregistered: () => [],
  remove: () => undefined,
};

/** Says in words which acknowledged records a journal that ends here lacks; null when it lacks none. */
export function lossOf(head: JournalPosition | null, end: JournalPosition): string | null {
  if (!head || head.number < end.number) return null;
  if (head.number === end.number) {
    const isSame = Buffer.compare(head.hash, end.hash) === 0;
    return isSame ? null : `record ${end.number} is not the one that was acknowledged`;
  }
  const first = end.number + 1;
  if (first === head.number) return `record ${first} was acknowledged and is not there`;
  return `records ${first} to ${head.number} were acknowledged and are not there`;
}

/** The head that is further on: each place may lag behind the others. */
export function furtherHead(
  one: JournalPosition | null,
  other: JournalPosition | null,
): JournalPosition | null {
  if (!one || !other) return one ?? other;
  return other.number > one.number ? other : one;
}
