// What a conversation needs of the record. Everything it returns is projected, hence durable.
import type { ConversationEvent } from '../../protocol/events/conversation-event.ts';
import type { HistoryDirection } from '../../protocol/frames/history.ts';
import type { MemberCursor } from '../../protocol/frames/subscribe.ts';
import type { StoredKey } from './key-window.ts';
import type { OpenConversation } from './state.ts';

export interface StoredConversation {
  readonly state: OpenConversation;
  readonly cursors: readonly MemberCursor[];
  /** The newest keys, oldest first; all that there are when fewer than asked for. */
  readonly keys: readonly StoredKey[];
}

export interface EventPage {
  /** Ascending by seq. */
  readonly events: ConversationEvent[];
  readonly more: boolean;
}

export interface ConversationStore {
  load(conversationId: string, keysMax: number): Promise<StoredConversation | null>;
  findKey(conversationId: string, key: string): Promise<StoredKey | null>;
  /** Events strictly before or after seq, nearest first to it, returned ascending. */
  page(conversationId: string, direction: HistoryDirection, seq: number, limit: number): Promise<EventPage>;
  /** Head and cursors for a member (null: for the server itself); null when there is none for this user. */
  head(conversationId: string, userId: string | null): Promise<StoredHead | null>;
}

export interface StoredHead {
  readonly epoch: number;
  readonly headSeq: number;
  readonly headOrdinal: number;
  readonly cursors: MemberCursor[];
}
