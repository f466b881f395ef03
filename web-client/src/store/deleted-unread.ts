// Deleted messages that stand above this person's read cursor: they are among the messages that cursors count, and
// nobody need read them (MSG-6). A deletion names its message by sequence number, so that deletions are counted as they
// come; how many there were before, the summary of a conversation says.
import type { ConversationEvent, ConversationSummary } from '../../../protocol/client/index.ts';
import { cursorOf } from './cursors.ts';
import type { Conversation } from './state.ts';

export interface DeletedUnread {
  readonly count: number;
  /** Deletions up to this event are counted. */
  readonly asOfSeq: number;
  /** Read cursor above which they were counted. */
  readonly aboveSeq: number;
}

/** Nothing is known: the server must be asked. */
export const unknownDeleted: DeletedUnread = { count: 0, asOfSeq: 0, aboveSeq: 0 };

export function deletedIn(summary: ConversationSummary): DeletedUnread {
  const { headSeq, headOrdinal, readSeq, readOrdinal, unread } = summary;
  return { count: Math.max(0, headOrdinal - readOrdinal - unread), asOfSeq: headSeq, aboveSeq: readSeq };
}

/** Whichever is newer. */
export function newerDeleted(known: DeletedUnread, told: DeletedUnread): DeletedUnread {
  return told.asOfSeq >= known.asOfSeq ? told : known;
}

/** @param readSeq where this person's cursor stands */
export function deletedAfter(
  before: DeletedUnread,
  event: ConversationEvent,
  readSeq: number,
): DeletedUnread {
  // After events that are not here only the server knows.
  if (event.seq !== before.asOfSeq + 1) return before;
  const counts = event.type === 'messageDeleted' && event.messageSeq > readSeq;
  return { ...before, count: before.count + (counts ? 1 : 0), asOfSeq: event.seq };
}

/** With the cursor where it is now: past everything that was counted nothing is left of it. */
export function withCursor(conversation: Conversation, myId: string): Conversation {
  const { deletedUnread: before, cursors, headSeq, headOrdinal } = conversation;
  const { readSeq, readOrdinal } = cursorOf(cursors, myId);
  if (readOrdinal >= headOrdinal) {
    const asOfSeq = Math.max(before.asOfSeq, headSeq);
    if (before.count === 0 && before.asOfSeq === asOfSeq && before.aboveSeq === readSeq) return conversation;
    return { ...conversation, deletedUnread: { count: 0, asOfSeq, aboveSeq: readSeq } };
  }
  const isAmong = before.count > 0 && readSeq < before.asOfSeq;
  if (readSeq <= before.aboveSeq || isAmong) return conversation;
  return { ...conversation, deletedUnread: { ...before, count: 0, aboveSeq: readSeq } };
}

/** Whether events are missing, or the cursor has moved among what was counted: only the server knows how many there are. */
export function isUnsure({ deletedUnread, cursors, headSeq }: Conversation, myId: string): boolean {
  const { count, asOfSeq, aboveSeq } = deletedUnread;
  return asOfSeq < headSeq || (count > 0 && cursorOf(cursors, myId).readSeq > aboveSeq);
}
