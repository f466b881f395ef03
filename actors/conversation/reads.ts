// How a conversation answers reads, from memory where it can and from the record where it must.
import type { ConversationEvent } from '../../protocol/events/conversation-event.ts';
import type { SubscribeResult } from '../../protocol/frames/subscribe.ts';
import { limits } from '../../protocol/limits.ts';
import type { EventTail } from '../runtime/event-tail.ts';
import type { ReadHistory, SubscribeConversation } from './commands.ts';
import type { ConversationStore, EventPage, StoredHead } from './store-port.ts';

export interface SubscribeAnswer {
  readonly result: SubscribeResult;
  /** What was missed, ascending; sent as event frames after the result. */
  readonly events: ConversationEvent[];
}

/** @param tail the events in memory; none for a conversation that is not active */
export function answerSubscribe(
  conversationId: string,
  { epoch, afterSeq }: SubscribeConversation,
  head: StoredHead,
  tail: EventTail<ConversationEvent> | null,
): SubscribeAnswer {
  const { headSeq, headOrdinal, cursors } = head;
  const recovered = (events: ConversationEvent[]): SubscribeAnswer => ({
    result: ['recovered', conversationId, head.epoch, headSeq, headOrdinal, cursors],
    events,
  });
  const gap = (from: number): SubscribeAnswer => ({
    result: ['gap', conversationId, head.epoch, headSeq, headOrdinal, cursors, from, headSeq],
    events: [],
  });
  if (afterSeq === null || (epoch === head.epoch && afterSeq === headSeq)) return recovered([]);
  if (epoch !== head.epoch || afterSeq > headSeq) return gap(1);
  const inMemory = tail !== null && afterSeq + 1 >= tail.firstSeq;
  if (!inMemory || headSeq - afterSeq > limits.recoverEventsMax) return gap(afterSeq + 1);
  return recovered(tail.between(afterSeq + 1, headSeq));
}

/** A page from the tail in memory and the record before it, without a seam. */
export function readPage(
  conversationId: string,
  { direction, seq, limit }: ReadHistory,
  tail: EventTail<ConversationEvent>,
  store: ConversationStore,
): EventPage | Promise<EventPage> {
  const { firstSeq, headSeq } = tail;
  if (direction === 'after') {
    const newer = tail.between(Math.max(seq + 1, firstSeq), headSeq);
    if (seq + 1 >= firstSeq) return { events: newer.slice(0, limit), more: newer.length > limit };
    return store.page(conversationId, 'after', seq, limit).then((page) => {
      const events = [...page.events.filter((event) => event[0] < firstSeq), ...newer].slice(0, limit);
      return { events, more: (events.at(-1)?.[0] ?? headSeq) < headSeq };
    });
  }
  const newest = tail.between(firstSeq, Math.min(seq - 1, headSeq)).slice(-limit);
  const before = Math.min(seq, firstSeq);
  if (newest.length === limit || before <= 1) {
    return { events: newest, more: (newest[0]?.[0] ?? 1) > 1 };
  }
  return store.page(conversationId, 'before', before, limit - newest.length).then((page) => ({
    events: [...page.events, ...newest],
    more: page.more,
  }));
}
