// Shows messages as later events have left them: the record and the tail each hold a part of what happened, and a
// page must show all of it.
import type { ConversationEvent, MessageEdited } from '../../protocol/events/conversation-event.ts';
import { changedMessage, withChange } from '../../protocol/events/message-changes.ts';

/**
 * @param events ascending
 * @param changes what the events do not show yet, ascending; what precedes a message does not concern it
 * @param viewer whose own reactions are marked
 */
export function annotate(
  events: readonly ConversationEvent[],
  changes: readonly ConversationEvent[],
  viewer: string | null,
): ConversationEvent[] {
  const shown = new Map(events.map((event) => [event.seq, event]));
  const deleted = new Set<number>();
  for (const change of changes) {
    const messageSeq = changedMessage(change);
    if (messageSeq === null) continue;
    if (change.type === 'messageDeleted') deleted.add(messageSeq);
    const message = shown.get(messageSeq);
    if (message?.type === 'message') shown.set(messageSeq, withChange(message, change, viewer));
  }
  return events.map((event) => {
    const present = shown.get(event.seq)!;
    return present.type === 'messageEdited' && deleted.has(present.messageSeq) ? erased(present) : present;
  });
}

/** An edit whose message is deleted shows no text. */
export function erased(edit: MessageEdited): MessageEdited {
  return { ...edit, body: null, mentions: [] };
}
