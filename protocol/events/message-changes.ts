// What later events make of a message: the server shows it so in pages, and clients keep what they show true with it.
import { conversationEventTypes as types } from './event-types.ts';
import type { ConversationEvent, MessageSent, ReactionCount, Tombstone } from './conversation-event.ts';

/** The sequence number of the message that an event changes; null: it is no change of a message. */
export function changedMessage(event: ConversationEvent): number | null {
  switch (event[2]) {
    case types.messageDeleted:
    case types.messageEdited:
    case types.reaction:
      return event[4];
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
  const [seq, atMs, type, by, key, ordinal, body, replyTo, mentions, attachments, editedAtMs, reactions] =
    message;
  switch (change[2]) {
    case types.messageDeleted:
      return [seq, atMs, types.tombstone, by, key, ordinal, change[3], change[1]];
    case types.messageEdited: {
      const [, changedAtMs, , , , text, named] = change;
      // Deleted since: the deletion follows.
      if (text === null) return message;
      return [seq, atMs, type, by, key, ordinal, text, replyTo, named, attachments, changedAtMs, reactions];
    }
    case types.reaction: {
      const counts = counted(reactions, change[5], change[6], change[3] === viewer);
      return [seq, atMs, type, by, key, ordinal, body, replyTo, mentions, attachments, editedAtMs, counts];
    }
    default:
      return message;
  }
}

function counted(
  reactions: readonly ReactionCount[],
  emoji: string,
  present: boolean,
  isOwn: boolean,
): ReactionCount[] {
  const at = reactions.findIndex(([other]) => other === emoji);
  const [, count, mine] = reactions[at] ?? [emoji, 0, false];
  const changed: ReactionCount = [emoji, count + (present ? 1 : -1), isOwn ? present : mine];
  if (at < 0) return present ? [...reactions, changed] : [...reactions];
  return reactions.map((other, index) => (index === at ? changed : other)).filter(([, n]) => n > 0);
}
