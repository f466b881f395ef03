// What can be asked of a conversation. The gateway has checked shapes and the user's identity; `by` is that user.
import type { ConversationKind } from '../../protocol/events/conversation-event.ts';
import type { HistoryDirection } from '../../protocol/frames/history.ts';

export interface OpenDirect {
  readonly type: 'open_direct';
  readonly by: string;
  readonly peer: string;
}

export interface SendMessage {
  readonly type: 'send';
  readonly by: string;
  readonly key: string;
  readonly body: string;
  readonly prev: string | null;
  /** Set when the store has been asked for the key, or for its predecessor, and did not know it. */
  readonly keyIsNew?: boolean;
  readonly prevIsUnknown?: boolean;
}

export interface MoveCursor {
  readonly type: 'cursor';
  readonly by: string;
  readonly deliveredSeq: number;
  readonly readSeq: number;
}

export interface SubscribeConversation {
  readonly type: 'subscribe';
  /** Null: a gateway renews its interest for those it let in before. */
  readonly by: string | null;
  readonly epoch: number;
  readonly afterSeq: number | null;
}

export interface ReadHistory {
  readonly type: 'history';
  readonly by: string;
  readonly direction: HistoryDirection;
  readonly seq: number;
  readonly limit: number;
}

export type ConversationCommand = OpenDirect | SendMessage | MoveCursor | SubscribeConversation | ReadHistory;

/** Answer to open_direct. */
export interface OpenedConversation {
  readonly conversationId: string;
  readonly kind: ConversationKind;
  readonly epoch: number;
  readonly headSeq: number;
  readonly headOrdinal: number;
  /** How far the one who opens it has read. */
  readonly readSeq: number;
  readonly readOrdinal: number;
  readonly activeAtMs: number;
  readonly memberIds: readonly string[];
}
