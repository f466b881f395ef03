// Where the outbox keeps messages until the server has them (OFF-1): the port, and what is kept. What `put` has
// resolved for is there after whatever happens to the program, as far as the kind of store goes; each kind says how far.
import type { MessageContent } from '../message-content.ts';

/** A message as it was written. */
export interface WrittenMessage {
  readonly conversationId: string;
  /** The idempotency key, kept over every repeat (MSG-4). */
  readonly key: string;
  /** By the server's clock as far as it was known. For people to see; the order does not depend on it (OFF-6). */
  readonly writtenAtMs: number;
  readonly content: MessageContent;
}

/** Why the server refused a message for good. */
export interface SendFailure {
  readonly code: string;
  readonly message: string;
}

export interface QueuedMessage extends WrittenMessage {
  /** Null while the message waits to be sent. One that was refused is kept until the application decides. */
  readonly failure: SendFailure | null;
}

/** Puts take effect in the order of the calls. */
export interface OutboxStore {
  /**
   * Everything that is kept for this writer, by the order of their last `put`. Comes once, before any `put`.
   *
   * @param inherit called later, if ever, with messages that another writer on the same store left when it ended
   */
  load(inherit: (messages: readonly QueuedMessage[]) => void): Promise<readonly QueuedMessage[]>;
  /** Keeps a message after all others; one with the same key is replaced. Rejects when it cannot be kept. */
  put(message: QueuedMessage): Promise<void>;
  /** Forgets a message; it does nothing when there is none with this key. */
  remove(key: string): Promise<void>;
}
