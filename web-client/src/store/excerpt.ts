// The last words of a conversation, for its line in the list. Apart from the messages of a thread: the list shows them
// for conversations of which nothing else is loaded.
import {
  conversationEventTypes as types,
  type ConversationEvent,
  type MessageSent,
} from '../../../protocol/client/index.ts';

export interface Excerpt {
  readonly seq: number;
  readonly ordinal: number;
  readonly atMs: number;
  readonly senderId: string;
  /** Null when the message was deleted. */
  readonly body: string | null;
  readonly attachments: number;
}

export function excerptOf([seq, atMs, , senderId, , ordinal, body, , , attachments]: MessageSent): Excerpt {
  return { seq, ordinal, atMs, senderId, body, attachments: attachments.length };
}

/** The excerpt after an event of the conversation, live or of a page; the same when the event is of no concern. */
export function excerptAfter(excerpt: Excerpt | null, event: ConversationEvent): Excerpt | null {
  switch (event[2]) {
    case types.message:
      return later(excerpt, excerptOf(event));
    case types.tombstone:
      return later(excerpt, {
        ...gone,
        seq: event[0],
        atMs: event[1],
        senderId: event[3],
        ordinal: event[5],
      });
    case types.messageEdited:
      return excerpt && event[4] === excerpt.seq && event[5] !== null && excerpt.body !== null
        ? { ...excerpt, body: event[5] }
        : excerpt;
    case types.messageDeleted:
      return excerpt && event[4] === excerpt.seq ? { ...excerpt, ...gone } : excerpt;
    default:
      return excerpt;
  }
}

const gone = { body: null, attachments: 0 } as const;

export function later(a: Excerpt | null, b: Excerpt | null): Excerpt | null {
  if (!a || !b) return a ?? b;
  return b.seq > a.seq ? b : a;
}
