// How much of a conversation's history the page keeps. History brings back what is cut off, as one scrolls there.
import type { Conversation } from './state.ts';
import type { Detached } from './stretch.ts';

/** A conversation nobody looks at keeps this many messages, and is cut when it holds twice as many. */
export const backgroundMessagesMax = 100;
/** The open one is cut when it holds more than this: at its end after a long day, or around what is looked at. */
export const openMessagesMax = 6_000;
const openMessagesKept = 4_000;

/** The open conversation may hold too much by now. */
export interface BoundAction {
  readonly type: 'bounded';
  readonly id: string;
  /** A message that is in sight; null: it stands at the end. */
  readonly inSight: number | null;
}

/** Keeps the newest messages of a conversation that is not on the screen. */
export function trim(conversation: Conversation): Conversation {
  if (conversation.messages.length <= 2 * backgroundMessagesMax) return conversation;
  return newest(conversation, backgroundMessagesMax);
}

export function bounded(conversation: Conversation, inSight: number | null): Conversation {
  const { detached, messages, loadedFrom, headSeq, news, atStart, earlier } = conversation;
  if (detached) {
    const tail =
      messages.length > openMessagesMax ? newest(conversation, backgroundMessagesMax) : conversation;
    if (detached.messages.length <= openMessagesMax) return tail;
    return { ...tail, detached: around(detached, inSight ?? detached.to) };
  }
  if (messages.length <= openMessagesMax || loadedFrom === null) return conversation;
  if (inSight === null) return newest(conversation, openMessagesKept);
  const whole = { messages, news, from: loadedFrom, to: headSeq, atStart, earlier, later: 'idle' } as const;
  const part = around(whole, inSight);
  const left = messages.length - (messages.findLastIndex(({ seq }) => seq <= part.to) + 1);
  // So close to the end it is the end.
  if (left <= backgroundMessagesMax) return newest(conversation, part.messages.length + left);
  return { ...newest(conversation, backgroundMessagesMax), detached: part };
}

function newest(conversation: Conversation, count: number): Conversation {
  const messages = conversation.messages.slice(-count);
  if (messages.length === conversation.messages.length) return conversation;
  const loadedFrom = messages[0]!.seq;
  const news = conversation.news.filter(({ seq }) => seq >= loadedFrom);
  return { ...conversation, messages, news, loadedFrom, atStart: false, earlier: 'idle', quoted: new Map() };
}

/** The part of a stretch about a message, as much before as after it where there is as much. */
function around(stretch: Detached, seq: number): Detached {
  const { messages, news } = stretch;
  const at = messages.findIndex((message) => message.seq >= seq);
  const middle = at < 0 ? messages.length : at;
  const end = Math.min(messages.length, Math.max(middle + openMessagesKept / 2, openMessagesKept));
  const start = Math.max(0, end - openMessagesKept);
  const from = start === 0 ? stretch.from : messages[start]!.seq;
  const to = end === messages.length ? stretch.to : messages[end - 1]!.seq;
  return {
    messages: messages.slice(start, end),
    news: news.filter((one) => one.seq >= from && one.seq <= to),
    from,
    to,
    atStart: start === 0 && stretch.atStart,
    earlier: start === 0 ? stretch.earlier : 'idle',
    later: end === messages.length ? stretch.later : 'idle',
  };
}
