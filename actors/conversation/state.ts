// A conversation as its events have made it. Pure: the same events give the same state, anywhere.
import { conversationEventTypes } from '../../protocol/events/event-types.ts';
import type { ConversationEvent, ConversationKind } from '../../protocol/events/conversation-event.ts';

export type ConversationState = AbsentConversation | OpenConversation;

export interface AbsentConversation {
  readonly status: 'absent';
}

export interface OpenConversation {
  readonly status: 'open';
  readonly kind: ConversationKind;
  /** Changes when the history is truncated or restored, so that old cursors are noticed. */
  readonly epoch: number;
  readonly createdAtMs: number;
  readonly members: ReadonlySet<string>;
  readonly headSeq: number;
  /** Messages so far. */
  readonly headOrdinal: number;
  /** The time of the last event; times never run backwards within a conversation. */
  readonly lastAtMs: number;
}

export const absent: AbsentConversation = { status: 'absent' };

/** The epoch of a history that was never truncated. */
export const firstEpoch = 1;

export function evolve(state: ConversationState, event: ConversationEvent): OpenConversation {
  const [seq, atMs] = event;
  if (event[2] === conversationEventTypes.created) {
    const [, , , , kind, memberIds] = event;
    return {
      status: 'open',
      kind,
      epoch: firstEpoch,
      createdAtMs: atMs,
      members: new Set(memberIds),
      headSeq: seq,
      headOrdinal: 0,
      lastAtMs: atMs,
    };
  }
  if (state.status !== 'open') throw new Error(`event ${seq} of a conversation that was never created`);
  return { ...state, headSeq: seq, headOrdinal: event[5], lastAtMs: atMs };
}
