// A message of a conversation by its number, wherever it is known from: every place is kept true by what happens live.
import { indexOfSeq, type Message } from './message.ts';
import type { Conversation } from './state.ts';

/** Undefined while it is not known; null when there is none for this person. */
export function knownMessage(
  conversation: Conversation | undefined,
  seq: number,
): Message | null | undefined {
  if (!conversation) return undefined;
  for (const messages of [conversation.messages, conversation.detached?.messages ?? []]) {
    const at = indexOfSeq(messages, seq);
    if (at >= 0) return messages[at];
  }
  return conversation.quoted.get(seq);
}
