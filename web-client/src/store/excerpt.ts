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
  /** Every event up to here is in it. */
  readonly asOfSeq: number;
}

export function excerptOf(message: MessageSent, asOfSeq: number = message.seq): Excerpt {
  const { seq, atMs, by: senderId, ordinal, body, attachments } = message;
  return { seq, ordinal, atMs, senderId, body, attachments: attachments.length, asOfSeq };
}

/**
 * The excerpt after an event of the conversation, live or of a page; the same when the event is of no concern.
 * @param asOfSeq of the page
 */
export function excerptAfter(
  excerpt: Excerpt | null,
  event: ConversationEvent,
  asOfSeq: number = event.seq,
): Excerpt | null {
  switch (event.type) {
    case 'message':
      return later(excerpt, excerptOf(event, asOfSeq));
    case 'tombstone':
      return later(excerpt, {
        ...gone,
        seq: event.seq,
        atMs: event.atMs,
        senderId: event.by,
        ordinal: event.ordinal,
        asOfSeq,
      });
    case 'messageEdited':
      return isNewsOf(excerpt, event) && event.body !== null && excerpt.body !== null
        ? { ...excerpt, body: event.body, asOfSeq: event.seq }
        : excerpt;
    case 'messageDeleted':
      return isNewsOf(excerpt, event) ? { ...excerpt, ...gone, asOfSeq: event.seq } : excerpt;
    default:
      return excerpt;
  }
}

function isNewsOf(
  excerpt: Excerpt | null,
  change: { readonly seq: number; readonly messageSeq: number },
): excerpt is Excerpt {
  return excerpt !== null && change.messageSeq === excerpt.seq && change.seq > excerpt.asOfSeq;
}

const gone = { body: null, attachments: 0 } as const;

export function later(a: Excerpt | null, b: Excerpt | null): Excerpt | null {
  if (!a || !b) return a ?? b;
  return b.seq > a.seq ? b : a;
}
