// Values for tests of the store: one conversation between me and bob.
import { messageToWire, type ConversationSummary, type MessageSent } from '../../../protocol/client/index.ts';
import type { Action } from './action.ts';
import { reduce } from './reduce.ts';
import { initialState, type ChatState } from './state.ts';

export const me = '00000000-0000-4000-8000-000000000001';
export const bob = '00000000-0000-4000-8000-000000000002';
export const talk = '00000000-0000-4000-8000-0000000000aa';

export function keyOf(n: number): string {
  return `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

/** The event with this seq; the first event of a conversation is its making, so the ordinal is one less. */
export function message(seq: number, senderId: string, key = keyOf(seq)): MessageSent {
  return {
    seq,
    atMs: 1_000 * seq,
    type: 'message',
    by: senderId,
    key,
    ordinal: seq - 1,
    body: `message ${seq}`,
    replyTo: null,
    mentions: [],
    attachments: [],
    editedAtMs: null,
    reactions: [],
  };
}

export function messages(from: number, to: number, senderId = bob): MessageSent[] {
  return Array.from({ length: to - from + 1 }, (_, i) => message(from + i, senderId));
}

/** @param head seq of the last message */
export function summary(head: number, readSeq: number): ConversationSummary {
  const members: ConversationSummary[9] = [
    [me, 'me', 'Me'],
    [bob, 'bob', 'Bob'],
  ];
  const readOrdinal = Math.max(0, readSeq - 1);
  const last = head > 1 ? messageToWire(message(head, bob)) : null;
  const known = [talk, 'direct', 1, head, head - 1, readSeq, readOrdinal, 1_000 * head] as const;
  return [...known, last, members, 2, '', '', null, 'member', 0];
}

/** The same conversation as a group. */
export function groupSummary(head: number, name = 'Weavers'): ConversationSummary {
  const [id, , ...rest] = summary(head, head);
  const shared = rest.slice(0, 8) as [
    number,
    number,
    number,
    number,
    number,
    number,
    ConversationSummary[8],
    [],
  ];
  return [id, 'group', ...shared, 3, name, 'Threads', null, 'admin', 0];
}

export function after(...actions: Action[]): ChatState {
  return actions.reduce(reduce, initialState(me));
}

export function subscribedAt(headSeq: number, epoch = 1): Action {
  const head = { epoch, headSeq, headOrdinal: headSeq - 1, cursors: [] };
  return { type: 'subscribed', id: talk, head };
}
