// The record as a session needs it.
import type { InboxEvent } from '../../protocol/events/inbox-event.ts';
import type { Notification } from '../../protocol/frames/session.ts';
import type { SessionState } from './state.ts';

export interface NotificationPage {
  /** Latest first. */
  readonly notifications: Notification[];
  readonly unread: number;
  readonly more: boolean;
  /** Sequence number of the last inbox event that they include. */
  readonly asOfSeq: number;
}

export interface InboxHead {
  readonly headSeq: number;
  /** At least 1; rises when acknowledged events were lost. */
  readonly epoch: number;
}

/** An event of a conversation, and the message if it is about a mention or the end of one. */
export interface Cause {
  readonly conversationId: string;
  readonly seq: number;
  readonly messageSeq: number | null;
  /** Whether it names the user, as opposed to everything else that they hear of. */
  readonly isMention: boolean;
}

export interface SessionStore {
  load(userId: string): Promise<SessionState>;
  /**
   * True when the user's inbox has the event that this conversation's event caused, or, for a mention and its end, when
   * something later has made it void: the mention ended or is there anew, or the membership is over. A mention is void too
   * once it was read; its end is not, as read notifications go as well.
   */
  hasNoted(userId: string, cause: Cause): Promise<boolean>;
  head(userId: string): Promise<InboxHead>;
  /** Inbox events after seq, ascending. */
  page(userId: string, afterSeq: number, limit: number): Promise<InboxEvent[]>;
  /** Strictly before a seq of the inbox; null: from the latest. */
  notifications(userId: string, beforeSeq: number | null, limit: number): Promise<NotificationPage>;
}
