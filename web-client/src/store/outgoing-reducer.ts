// Messages written here, from the key stroke until their event comes back under the same key. The acknowledgement
// and the event may arrive in either order; whichever is second finds nothing left to do.
import type { ConversationEvent } from '../../../protocol/client/index.ts';
import type { OutgoingAction } from './action.ts';
import { isMessage } from './conversation-reducer.ts';
import type { ChatState, Outgoing, Progress } from './state.ts';

type Lanes = ChatState['outgoing'];

export function reduceOutgoing(lanes: Lanes, action: OutgoingAction): Lanes {
  const { id, key } = action;
  switch (action.type) {
    case 'written': {
      const message: Outgoing = {
        key,
        body: action.body,
        writtenAtMs: action.atMs,
        progress: { name: 'sending' },
      };
      return withLane(lanes, id, [...(lanes.get(id) ?? []), message]);
    }
    case 'accepted':
      return progressed(lanes, id, key, { name: 'sent', seq: action.seq, ordinal: action.ordinal });
    case 'sendFailed':
      return progressed(lanes, id, key, { name: 'failed', reason: action.reason });
    case 'discarded':
      return without(lanes, id, [key]);
  }
}

/** Takes out what is stored by now. */
export function settle(lanes: Lanes, id: string, events: readonly ConversationEvent[]): Lanes {
  return lanes.has(id)
    ? without(
        lanes,
        id,
        events.filter(isMessage).map((event) => event[4]),
      )
    : lanes;
}

function progressed(lanes: Lanes, id: string, key: string, progress: Progress): Lanes {
  const lane = lanes.get(id);
  if (!lane?.some((message) => message.key === key)) return lanes;
  return withLane(
    lanes,
    id,
    lane.map((message) => (message.key === key ? { ...message, progress } : message)),
  );
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
