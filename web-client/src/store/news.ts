// News about a conversation itself, for the lines between its messages.
import type { ConversationEvent } from '../../../protocol/client/index.ts';

export type NewsEvent = Extract<
  ConversationEvent,
  {
    readonly type:
      'created' | 'membersAdded' | 'memberRemoved' | 'roleChanged' | 'profileChanged' | 'conversationDeleted';
  }
>;

export interface News {
  readonly seq: number;
  readonly atMs: number;
  readonly event: NewsEvent;
}

export function newsOf(event: ConversationEvent): News | null {
  switch (event.type) {
    case 'created':
    case 'membersAdded':
    case 'memberRemoved':
    case 'roleChanged':
    case 'profileChanged':
    case 'conversationDeleted':
      return { seq: event.seq, atMs: event.atMs, event };
    default:
      return null;
  }
}
