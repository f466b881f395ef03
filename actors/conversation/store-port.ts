// The record as a conversation needs it. Everything it returns is projected, hence durable.
import type { ConversationEvent } from '../../protocol/events/conversation-event.ts';
import type { HistoryDirection } from '../../protocol/frames/history.ts';
import type { MemberCursor } from '../../protocol/frames/subscribe.ts';
import type { StoredBlock } from './blocks.ts';
import type { Cut } from './cuts.ts';
import type { CountedDeletions, StoredDeletions } from './deletions.ts';
import type { StoredKey } from './key-window.ts';
import type { MessageFacts } from './message-book.ts';
import type { ConversationState } from './state.ts';

export interface StoredConversation {
  readonly state: ConversationState;
  /** In ascending order. */
  readonly cuts: readonly Cut[];
  readonly cursors: readonly MemberCursor[];
  readonly blocks: readonly StoredBlock[];
  /** The newest keys, oldest first; all that there are when fewer than asked for. */
  readonly keys: readonly StoredKey[];
  readonly deletions: StoredDeletions;
}

export interface EventPage {
  /** Ascending by seq; messages as every event up to asOfSeq has left them. */
  readonly events: ConversationEvent[];
  readonly more: boolean;
  readonly asOfSeq: number;
}

export interface PageQuery {
  readonly direction: HistoryDirection;
  readonly seq: number;
  readonly limit: number;
  /** Person whose own reactions are marked; null: nobody. */
  readonly viewer: string | null;
}

export interface ConversationStore {
  load(conversationId: string, keysMax: number): Promise<StoredConversation>;
  findKey(conversationId: string, key: string): Promise<StoredKey | null>;
  /** Events strictly before or after seq, nearest first to it, returned ascending. */
  page(conversationId: string, query: PageQuery): Promise<EventPage>;
  message(conversationId: string, seq: number): Promise<MessageFacts | null>;
  /** Whether the last change of this person's membership was that somebody else removed them. */
  wasRemoved(conversationId: string, userId: string): Promise<boolean>;
  /** The ordinal of the last message at or before seq. */
  ordinalAt(conversationId: string, seq: number): Promise<number>;
  /** How many messages above the ordinal are deleted. */
  deletionsAbove(conversationId: string, ordinal: number): Promise<CountedDeletions>;
  /** Head and cursors for a member (null: for the server itself); null when there is none for this user. */
  head(conversationId: string, userId: string | null): Promise<StoredHead | null>;
}

export interface StoredHead {
  readonly deleted: boolean;
  readonly epoch: number;
  readonly cuts: readonly Cut[];
  readonly headSeq: number;
  readonly headOrdinal: number;
  /** For the server itself of every member; for a member of a large group only their own. */
  readonly cursors: MemberCursor[];
}
