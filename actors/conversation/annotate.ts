// Shows messages as later events have left them: the record and the tail each hold a part of what happened, and a
// page must show all of it.
import { conversationEventTypes as types } from '../../protocol/events/event-types.ts';
import type { ConversationEvent } from '../../protocol/events/conversation-event.ts';
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
  const shown = new Map(events.map((event) => [event[0], event]));
  const deleted = new Set<number>();
  for (const change of changes) {
    const messageSeq = changedMessage(change);
    if (messageSeq === null) continue;
    if (change[2] === types.messageDeleted) deleted.add(messageSeq);
    const message = shown.get(messageSeq);
    if (message?.[2] === types.message) shown.set(messageSeq, withChange(message, change, viewer));
  }
  return events.map((event) => {
    const present = shown.get(event[0])!;
    return present[2] === types.messageEdited && deleted.has(present[4]) ? erased(present) : present;
  });
}

/** An edit whose message is deleted shows no text. */
export function erased(
  edit: Extract<ConversationEvent, [number, number, typeof types.messageEdited, ...unknown[]]>,
) {
  const [seq, atMs, type, by, messageSeq] = edit;
  return [seq, atMs, type, by, messageSeq, null, []] satisfies ConversationEvent;
}
