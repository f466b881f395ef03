// The journal as the actors see it: entries go in, and once they are durable the callback says so. The storage
// folder implements it on JetStream.
import type { InboxEvent } from '../../protocol/events/inbox-event.ts';
import type { ConversationEvent } from '../../protocol/events/conversation-event.ts';
import type { MemberCursor } from '../../protocol/frames/subscribe.ts';

/**
 * One fact in a journal. Events have a sequence number and are never lost; cursors are values that only grow, kept
 * so that they survive the activation.
 */
export type JournalEntry =
  | {
      readonly type: 'conversation';
      readonly shard: number;
      readonly actorId: string;
      readonly epoch: number;
      readonly event: ConversationEvent;
      /** For a change of a message, people whom it named before. */
      readonly named?: readonly string[];
    }
  | {
      readonly type: 'cursors';
      readonly shard: number;
      readonly actorId: string;
      readonly cursors: readonly MemberCursor[];
    }
  | {
      /** A block in a direct conversation, as of an event of the blocker's own sequence. */
      readonly type: 'block';
      readonly shard: number;
      readonly actorId: string;
      readonly userId: string;
      readonly blocked: boolean;
      readonly version: number;
    }
  | {
      readonly type: 'session';
      readonly shard: number;
      readonly actorId: string;
      readonly event: InboxEvent;
    };

/**
 * - `overloaded`: the bounded backlog is full (MSG-3).
 * - `storage_full`: a disk that has to take what is written is nearly full.
 * - `unavailable`: nothing has become durable for seconds.
 */
export type JournalRefusal = 'overloaded' | 'storage_full' | 'unavailable';

export interface Journal {
  /** Why commands that would append are refused now; null when they are taken. */
  readonly refuses: JournalRefusal | null;
  /** Batches up to this number are in PostgreSQL. */
  readonly projectedBatch: number;
  /**
   * Appends all entries in one batch. `onDurable` runs when they are durable, in the order of the calls, with the
   * batch's number; if that can never be, the process ends instead (see storage/journal/writer.ts).
   */
  append(entries: readonly JournalEntry[], onDurable: (batch: number) => void): void;
  /** Resolves when `projectedBatch` has reached `batch`. */
  projected(batch: number): Promise<void>;
}
