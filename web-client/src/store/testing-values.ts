// Values for tests of the store: one conversation between me and bob.
import type { ConversationSummary, MessageSent } from '../../../protocol/client/index.ts';
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
  return {
    conversationId: talk,
    kind: 'direct',
    epoch: 1,
    headSeq: head,
    headOrdinal: head - 1,
    readSeq,
    readOrdinal: Math.max(0, readSeq - 1),
    activeAtMs: 1_000 * head,
    lastMessage: head > 1 ? message(head, bob) : null,
    members: [
      { userId: me, handle: 'me', displayName: 'Me' },
      { userId: bob, handle: 'bob', displayName: 'Bob' },
    ],
    memberCount: 2,
    name: '',
    description: '',
    avatarId: null,
    role: 'member',
    mutedUntilMs: 0,
    unread: Math.max(0, head - 1 - Math.max(0, readSeq - 1)),
  };
}

/** The same conversation as a group. */
export function groupSummary(head: number, name = 'Weavers'): ConversationSummary {
  const group = { kind: 'group', name, description: 'Threads', memberCount: 3, role: 'admin' } as const;
  return { ...summary(head, head), ...group };
}

export function after(...actions: Action[]): ChatState {
  return actions.reduce(reduce, initialState(me));
}

export function subscribedAt(headSeq: number, epoch = 1, unchangedTo = epoch === 1 ? Infinity : 0): Action {
  const head = { epoch, headSeq, headOrdinal: headSeq - 1, cursors: [], unchangedTo };
  return { type: 'subscribed', id: talk, head };
}
