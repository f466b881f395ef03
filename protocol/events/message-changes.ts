// Later events change a message: the server shows it so in pages, and clients keep what they show true with it.
import type {
  ConversationEvent,
  MessageSent,
  ReactionChanged,
  ReactionCount,
  Tombstone,
} from './conversation-event.ts';

/** The sequence number of the message that an event changes; null: it is no change of a message. */
export function changedMessage(event: ConversationEvent): number | null {
  switch (event.type) {
    case 'messageDeleted':
    case 'messageEdited':
    case 'reaction':
      return event.messageSeq;
    default:
      return null;
  }
}

/** @param viewer whose own reactions are marked */
export function withChange(
  message: MessageSent,
  change: ConversationEvent,
  viewer: string | null,
): MessageSent | Tombstone {
  switch (change.type) {
    case 'messageDeleted': {
      const { seq, atMs, by, key, ordinal } = message;
      const { by: deletedBy, atMs: deletedAtMs } = change;
      return { seq, atMs, type: 'tombstone', by, key, ordinal, deletedBy, deletedAtMs };
    }
    case 'messageEdited': {
      const { body, mentions, atMs: editedAtMs } = change;
      // Deleted since: the deletion follows.
      return body === null ? message : { ...message, body, mentions, editedAtMs };
    }
    case 'reaction': {
      const isOwn = change.by === viewer;
      return { ...message, reactions: counted(message.reactions, change, isOwn) };
    }
    default:
      return message;
  }
}

function counted(
  reactions: readonly ReactionCount[],
  { emoji, present }: ReactionChanged,
  isOwn: boolean,
): readonly ReactionCount[] {
  const at = reactions.findIndex((other) => other.emoji === emoji);
  const { count, mine } = reactions[at] ?? { count: 0, mine: false };
  const changed = { emoji, count: count + (present ? 1 : -1), mine: isOwn ? present : mine };
  if (at < 0) return present ? [...reactions, changed] : reactions;
  return reactions.with(at, changed).filter((other) => other.count > 0);
}
