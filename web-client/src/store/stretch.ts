// A stretch of a conversation's history without a gap: its messages, and the news between them. The end of the history
// is one, kept by the conversation itself; while someone looks at an old message, what lies around it is another, until
// the two meet.
import { changedMessage, type ConversationEvent } from '../../../protocol/client/index.ts';
import { isShown, messageAfter, messageOf, messagesAfter, type Message } from './message.ts';
import { newsOf, type News } from './news.ts';

export type Loading = 'idle' | 'loading' | 'failed';

export interface Stretch {
  /** Ascending by seq, as are the news. */
  readonly messages: readonly Message[];
  readonly news: readonly News[];
}

/** Around an old message, apart from the end of the history. */
export interface Detached extends Stretch {
  /** Every event from one to the other is known. */
  readonly from: number;
  readonly to: number;
  readonly atStart: boolean;
  readonly earlier: Loading;
  readonly later: Loading;
}

/** Events of one answer of the server, which show messages as of one moment. */
export interface PageOfEvents {
  readonly events: readonly ConversationEvent[];
  readonly asOfSeq: number;
}

/** @param changes that came live while the page was on its way, ascending */
export function stretchOf(
  { events, asOfSeq }: PageOfEvents,
  changes: readonly ConversationEvent[],
  myId: string,
): Stretch {
  const later = changes.filter(({ seq }) => seq > asOfSeq);
  const messages = events
    .filter(isShown)
    .map((shown) => later.reduce((m, change) => messageAfter(m, change, myId), messageOf(shown, asOfSeq)));
  return { messages, news: events.flatMap((event) => newsOf(event) ?? []) };
}

export function joined(earlier: Stretch, later: Stretch): Stretch {
  return {
    messages: [...earlier.messages, ...later.messages],
    news: [...earlier.news, ...later.news],
  };
}

/** The part before a seq. */
export function before({ messages, news }: Stretch, end: number): Stretch {
  return { messages: messages.filter(({ seq }) => seq < end), news: news.filter(({ seq }) => seq < end) };
}

/** A live event at the end of a stretch, or a change of what is in it. */
export function stretchAfter(
  stretch: Stretch,
  event: ConversationEvent,
  asOfSeq: number,
  myId: string,
): Stretch {
  if (isShown(event)) {
    return { ...stretch, messages: [...stretch.messages, messageOf(event, asOfSeq)] };
  }
  const news = newsOf(event);
  if (news) return { ...stretch, news: [...stretch.news, news] };
  if (changedMessage(event) === null) return stretch;
  const messages = messagesAfter(stretch.messages, event, myId);
  return messages === stretch.messages ? stretch : { ...stretch, messages };
}
