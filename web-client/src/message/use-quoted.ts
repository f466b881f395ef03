// A message that another one answers: from what is loaded, else asked for once.
import { useEffect } from 'react';
import { useChat, useSession } from '../session/use-chat.ts';
import { indexOfSeq, type Message } from '../store/message.ts';
import type { Conversation } from '../store/state.ts';

/** Undefined while it is not known; null when there is none for this person. */
export function useQuoted(conversationId: string, seq: number): Message | null | undefined {
  const { history } = useSession();
  const online = useChat((state) => state.connection.name === 'online');
  const message = useChat(({ conversations }) => messageIn(conversations.get(conversationId), seq));
  const unknown = message === undefined;
  useEffect(() => {
    if (unknown && online) void history.quote(conversationId, seq);
  }, [history, conversationId, seq, unknown, online]);
  return message;
}

/** Undefined while it is not known; null when there is none for this person. */
export function messageIn(conversation: Conversation | undefined, seq: number): Message | null | undefined {
  if (!conversation) return undefined;
  for (const messages of [conversation.messages, conversation.detached?.messages ?? []]) {
    const at = indexOfSeq(messages, seq);
    if (at >= 0) return messages[at];
  }
  return conversation.quoted.get(seq);
}
