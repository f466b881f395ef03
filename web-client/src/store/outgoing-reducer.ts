// Messages written here, from the key stroke until their event comes back under the same key. The acknowledgement
// and the event may arrive in either order; whichever is second finds nothing left to do.
import type { ConversationEvent, OutboxMessage } from '../../../protocol/client/index.ts';
import { isShown } from './message.ts';
import type { ChatState, Outgoing, Progress } from './state.ts';

type Lanes = ChatState['outgoing'];

/** @param stored whether the message's event is here already */
export function reduceOutgoing(lanes: Lanes, message: OutboxMessage, stored: boolean): Lanes {
  const { conversationId, key } = message;
  const lane = lanes.get(conversationId) ?? [];
  const progress = progressOf(message.state);
  if (!progress) return without(lanes, conversationId, [key]);
  if (lane.some((outgoing) => outgoing.key === key)) {
    const moved = lane.map((outgoing) => (outgoing.key === key ? { ...outgoing, progress } : outgoing));
    return withLane(lanes, conversationId, moved);
  }
  if (stored || progress.name === 'sent') return lanes;
  const { body, replyTo, attachments } = message.content;
  const { writtenAtMs } = message;
  const written = { key, body, replyTo, attachments: attachments.length, writtenAtMs, progress };
  return withLane(lanes, conversationId, [...lane, written]);
}

/** Takes out what is stored by now. */
export function settle(lanes: Lanes, id: string, events: readonly ConversationEvent[]): Lanes {
  return lanes.has(id)
    ? without(
        lanes,
        id,
        events.filter(isShown).map((event) => event.key),
      )
    : lanes;
}

/** Null: it is not on its way any more. */
function progressOf(state: OutboxMessage['state']): Progress | null {
  switch (state.name) {
    case 'queued':
    case 'sending':
      return state;
    case 'sent':
      return { name: 'sent', seq: state.seq, ordinal: state.ordinal };
    case 'failed':
      return { name: 'failed', reason: state.message };
    case 'discarded':
      return null;
  }
}

function without(lanes: Lanes, id: string, keys: readonly string[]): Lanes {
  const lane = lanes.get(id);
  const rest = lane?.filter((message) => !keys.includes(message.key));
  return !lane || !rest || rest.length === lane.length ? lanes : withLane(lanes, id, rest);
}

function withLane(lanes: Lanes, id: string, lane: readonly Outgoing[]): Lanes {
  const next = new Map(lanes);
  if (lane.length === 0) next.delete(id);
  else next.set(id, lane);
  return next;
}
