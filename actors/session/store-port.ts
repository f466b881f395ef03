// What a session needs of the record.
import type { InboxEvent } from '../../protocol/events/inbox-event.ts';
import type { SessionState } from './state.ts';

export interface SessionStore {
  load(userId: string): Promise<SessionState>;
  /** True when the user's inbox has the event that this conversation's event caused. */
  hasNoted(userId: string, conversationId: string, seq: number): Promise<boolean>;
  head(userId: string): Promise<number>;
  /** Inbox events after seq, ascending. */
  page(userId: string, afterSeq: number, limit: number): Promise<InboxEvent[]>;
}
