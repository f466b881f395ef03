// How a conversation answers reads, from memory where it can and from the record where it must.
import { conversationEventTypes } from '../../protocol/events/event-types.ts';
import type { ConversationEvent } from '../../protocol/events/conversation-event.ts';
import type { HistoryDirection } from '../../protocol/frames/history.ts';
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
  const missed = tail.between(afterSeq + 1, headSeq);
  return fitting(missed).length === missed.length ? recovered(missed) : gap(afterSeq + 1);
}

/** A page that fits into a frame: what stands nearest to where the reader is. */
export function fitPage({ events, more }: EventPage, direction: HistoryDirection): EventPage {
  const kept = direction === 'after' ? fitting(events) : fitting(events.toReversed()).toReversed();
  return { events: kept, more: more || kept.length < events.length };
}

/** The first events whose texts fit into a page; at least one. */
function fitting(events: readonly ConversationEvent[]): ConversationEvent[] {
  let bytes = 0;
  const fits = (event: ConversationEvent) => (bytes += sizeOf(event)) <= limits.pageBytesMax;
  return events.filter((event, index) => fits(event) || index === 0);
}

function sizeOf(event: ConversationEvent): number {
  return (
    128 + (event[2] === conversationEventTypes.message ? Buffer.byteLength(event[6]) : 40 * event[5].length)
  );
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
