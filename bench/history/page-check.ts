// Check of a page of a conversation: it must hold the events that were asked for and no others, one after the other, each with
// the words that were written under its number (DM-3).
import type { ConversationEvent } from '../../protocol/events/conversation-event.ts';
import type { HistoryDirection, Page } from '../../protocol/frames/history.ts';
import { limits } from '../../protocol/limits.ts';

/** A page is asked for by the sequence number beside which it begins. */
export interface PageRequest {
  readonly direction: HistoryDirection;
  readonly seq: number;
}

/** A conversation as it was filled: the words of each message by its sequence number. The event that made it is 1. */
export interface Written {
  readonly headSeq: number;
  readonly bodies: ReadonlyMap<number, string>;
}

/** The requests of one walk through a conversation, from the end to the beginning or the other way round. */
export function walkThrough(headSeq: number, direction: HistoryDirection): PageRequest[] {
  const requests: PageRequest[] = [];
  const page = limits.historyPageMax;
  if (direction === 'after') for (let seq = 0; seq < headSeq; seq += page) requests.push({ direction, seq });
  else for (let seq = headSeq + 1; seq > 1; seq -= page) requests.push({ direction, seq });
  return requests;
}

/** @returns what is wrong with the page, null: nothing */
export function faultOf(page: Page, { direction, seq }: PageRequest, written: Written): string | null {
  const { events, more } = page;
  const after = direction === 'after';
  const first = after ? seq + 1 : Math.max(1, seq - limits.historyPageMax);
  const last = after ? Math.min(written.headSeq, seq + limits.historyPageMax) : seq - 1;
  if (events.length !== last - first + 1)
    return `${events.length} events came where ${first} to ${last} were asked for`;
  for (const [at, event] of events.entries()) {
    if (event.seq !== first + at) return `${event.seq} stands where ${first + at} belongs`;
    const fault = bodyFault(event, written);
    if (fault !== null) return fault;
  }
  const expectMore = after ? last < written.headSeq : first > 1;
  return more === expectMore ? null : `the page says ${more ? 'more' : 'no more'} at ${first} to ${last}`;
}

function bodyFault(event: ConversationEvent, { bodies }: Written): string | null {
  const expected = bodies.get(event.seq);
  if (expected === undefined) return event.seq === 1 ? null : `nobody wrote ${event.seq}`;
  if (event.type !== 'message') return `${event.seq} is no message`;
  return event.body === expected ? null : `${event.seq} has other words than were written`;
}
