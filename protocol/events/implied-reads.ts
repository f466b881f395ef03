// Reading that an event implies: whoever writes has read what stands above, and whoever comes has nothing to read. No
// receipt says it again; the actor, the projector and clients take it from the event.
import type { ConversationEvent } from './conversation-event.ts';

export interface ImpliedReads {
  readonly userIds: readonly string[];
  readonly seq: number;
  readonly ordinal: number;
}

/** These have received and read everything up to the event. */
export function impliedReads(event: ConversationEvent): ImpliedReads {
  const { seq } = event;
  switch (event.type) {
    case 'message':
      return { userIds: [event.by], seq, ordinal: event.ordinal };
    case 'membersAdded':
      return { userIds: event.userIds, seq, ordinal: event.headOrdinal };
    default:
      return { userIds: [], seq, ordinal: 0 };
  }
}
