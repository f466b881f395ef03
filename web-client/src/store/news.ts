// What happened to a conversation itself, for the lines between its messages.
import { conversationEventTypes as types, type ConversationEvent } from '../../../protocol/client/index.ts';

export type NewsEvent = Extract<ConversationEvent, { 2: 1 | 7 | 8 | 9 | 10 | 11 }>;

export interface News {
  readonly seq: number;
  readonly atMs: number;
  readonly event: NewsEvent;
}

export function newsOf(event: ConversationEvent): News | null {
  switch (event[2]) {
    case types.created:
    case types.membersAdded:
    case types.memberRemoved:
    case types.roleChanged:
    case types.profileChanged:
    case types.conversationDeleted:
      return { seq: event[0], atMs: event[1], event };
    default:
      return null;
  }
}
