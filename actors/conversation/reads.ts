// How a conversation answers reads, from memory where it can and from the record where it must.
import type { ConversationEvent } from '../../protocol/events/conversation-event.ts';
import { changedMessage } from '../../protocol/events/message-changes.ts';
import type { HistoryDirection } from '../../protocol/frames/history.ts';
import type { MemberCursor, SubscribeResult } from '../../protocol/frames/subscribe.ts';
import { limits } from '../../protocol/limits.ts';
import type { EventTail } from '../runtime/event-tail.ts';
import { annotate } from './annotate.ts';
import { unchangedSince, type Cut } from './cuts.ts';
import type { ReadHistory, SubscribeConversation } from './commands.ts';
import type { ConversationStore, EventPage } from './store-port.ts';

export interface SubscribeAnswer {
  readonly result: SubscribeResult;
  /** Missed events, ascending; sent as event frames after the result. */
  readonly events: ConversationEvent[];
  /** Followers that do not belong to the conversation any more. */
  readonly gone: readonly string[];
}

export interface Head {
  readonly epoch: number;
  readonly headSeq: number;
  readonly headOrdinal: number;
  readonly cursors: MemberCursor[];
  readonly cuts: readonly Cut[];
}

/** @param tail the events in memory; none for a conversation that is not active */
export function answerSubscribe(
  conversationId: string,
  { epoch, afterSeq, followers = [], bytesMax = limits.pageBytesMax }: SubscribeConversation,
  head: Head,
  tail: EventTail<ConversationEvent> | null,
  isMember: (userId: string) => boolean,
): SubscribeAnswer {
  const { headSeq, headOrdinal, cursors } = head;
  const gone = followers.filter((userId) => !isMember(userId));
  const stands = { conversationId, epoch: head.epoch, headSeq, headOrdinal, cursors };
  const recovered = (events: ConversationEvent[]): SubscribeAnswer => ({
    result: { result: 'recovered', ...stands },
    events,
    gone,
  });
  const gap = (from: number): SubscribeAnswer => ({
    result: { result: 'gap', ...stands, from, to: headSeq },
    events: [],
    gone,
  });
  if (afterSeq === null) return recovered([]);
  const unchangedTo = unchangedSince(head.cuts, head.epoch, epoch);
  if (afterSeq > unchangedTo) return gap(unchangedTo + 1);
  if (afterSeq > headSeq) return gap(1);
  if (afterSeq === headSeq) return recovered([]);
  const inMemory = tail !== null && afterSeq + 1 >= tail.firstSeq;
  if (!inMemory || headSeq - afterSeq > limits.recoverEventsMax) return gap(afterSeq + 1);
  const missed = tail.between(afterSeq + 1, headSeq);
  return fitting(missed, Math.min(bytesMax, limits.pageBytesMax)).length === missed.length
    ? recovered(missed)
    : gap(afterSeq + 1);
}

/** A page that fits into a frame: what stands nearest to where the reader is. */
export function fitPage({ events, more, asOfSeq }: EventPage, direction: HistoryDirection): EventPage {
  const kept = direction === 'after' ? fitting(events) : fitting(events.toReversed()).toReversed();
  return { events: kept, more: more || kept.length < events.length, asOfSeq };
}

/** The first events whose texts fit into a page; at least one. */
function fitting(
  events: readonly ConversationEvent[],
  bytesMax: number = limits.pageBytesMax,
): ConversationEvent[] {
  let bytes = 0;
  const fits = (event: ConversationEvent) => (bytes += sizeOf(event)) <= bytesMax;
  return events.filter((event, index) => fits(event) || index === 0);
}

/** About as many bytes as it takes in a frame, where names take none. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return 5 + Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 9;
  return Object.values(value).reduce<number>((bytes, each) => bytes + sizeOf(each), 5);
}

/** Sequence number of the latest event in memory that is or changes this message; 0 when memory holds none. */
export function latestChange(messageSeq: number, tail: EventTail<ConversationEvent>): number {
  const isOfMessage = (event: ConversationEvent) =>
    event.seq === messageSeq || changedMessage(event) === messageSeq;
  return tail.between(Math.max(messageSeq, tail.firstSeq), tail.headSeq).findLast(isOfMessage)?.seq ?? 0;
}

const rereadsMax = 5;

/** A page from the tail in memory and the record before it, without a seam, as of the durable head. */
export function readPage(
  conversationId: string,
  command: ReadHistory,
  tail: EventTail<ConversationEvent>,
  store: ConversationStore,
): EventPage | Promise<EventPage> {
  return pageInMemory(command, tail) ?? pageOverBoth(conversationId, command, tail, store);
}

/** Null when the record is needed. */
function pageInMemory(
  { by, direction, seq, limit }: ReadHistory,
  tail: EventTail<ConversationEvent>,
): EventPage | null {
  const { firstSeq, headSeq } = tail;
  const all = tail.between(firstSeq, headSeq);
  const shown = (events: readonly ConversationEvent[]) => annotate(events, all, by);
  if (direction === 'after') {
    if (seq + 1 < firstSeq) return null;
    const newer = tail.between(seq + 1, headSeq);
    return { events: shown(newer.slice(0, limit)), more: newer.length > limit, asOfSeq: headSeq };
  }
  const newest = tail.between(firstSeq, Math.min(seq - 1, headSeq)).slice(-limit);
  if (newest.length < limit && Math.min(seq, firstSeq) > 1) return null;
  return { events: shown(newest), more: (newest[0]?.seq ?? 1) > 1, asOfSeq: headSeq };
}

async function pageOverBoth(
  conversationId: string,
  command: ReadHistory,
  tail: EventTail<ConversationEvent>,
  store: ConversationStore,
): Promise<EventPage> {
  const { by, direction, seq, limit } = command;
  for (let attempt = 0; attempt < rereadsMax; attempt++) {
    const stored = await store.page(conversationId, { direction, seq, limit, viewer: by });
    // Events may have been projected, and left the tail, while the record was read: reading again finds them there.
    if (stored.asOfSeq + 1 < tail.firstSeq) continue;
    const { firstSeq } = tail;
    // The record may even be ahead: an append's own answer can come later than its projection.
    const headSeq = Math.max(tail.headSeq, stored.asOfSeq);
    const since = tail.between(stored.asOfSeq + 1, headSeq);
    const old = annotate(
      stored.events.filter((event) => event.seq <= stored.asOfSeq),
      since,
      by,
    );
    const all = tail.between(firstSeq, headSeq);
    const fresh = annotate(since, all, by);
    if (direction === 'after') {
      // Events of the tail follow only where the record's page has reached its end.
      const joined = stored.more ? old : [...old, ...fresh.filter((event) => event.seq > seq)];
      const events = joined.slice(0, limit);
      return { events, more: (events.at(-1)?.seq ?? headSeq) < headSeq, asOfSeq: headSeq };
    }
    const joined = [...old, ...fresh.filter((event) => event.seq < seq)];
    const events = joined.slice(-limit);
    return { events, more: stored.more || events.length < joined.length, asOfSeq: headSeq };
  }
  throw new Error('the record is behind what memory holds, again and again');
}
