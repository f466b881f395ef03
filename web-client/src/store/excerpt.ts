// The last words of a conversation, for its line in the list. Apart from the messages of a thread: the list shows them
// for conversations of which nothing else is loaded.
import type { ConversationEvent, MessageSent } from '../../../protocol/client/index.ts';

export interface Excerpt {
  readonly seq: number;
  readonly ordinal: number;
  readonly atMs: number;
  readonly senderId: string;
  /** Null when the message was deleted. */
  readonly body: string | null;
  readonly attachments: number;
}

export function excerptOf({ seq, atMs, by: senderId, ordinal, body, attachments }: MessageSent): Excerpt {
  return { seq, ordinal, atMs, senderId, body, attachments: attachments.length };
}

/** The excerpt after an event of the conversation, live or of a page; the same when the event is of no concern. */
export function excerptAfter(excerpt: Excerpt | null, event: ConversationEvent): Excerpt | null {
  switch (event.type) {
    case 'message':
      return later(excerpt, excerptOf(event));
    case 'tombstone':
      return later(excerpt, {
        ...gone,
        seq: event.seq,
        atMs: event.atMs,
        senderId: event.by,
        ordinal: event.ordinal,
      });
    case 'messageEdited':
      return excerpt && event.messageSeq === excerpt.seq && event.body !== null && excerpt.body !== null
        ? { ...excerpt, body: event.body }
        : excerpt;
    case 'messageDeleted':
      return excerpt && event.messageSeq === excerpt.seq ? { ...excerpt, ...gone } : excerpt;
    default:
      return excerpt;
  }
}

const gone = { body: null, attachments: 0 } as const;

export function later(a: Excerpt | null, b: Excerpt | null): Excerpt | null {
  if (!a || !b) return a ?? b;
  return b.seq > a.seq ? b : a;
}
