// A message that another one answers, or that a notification is about: from what is loaded, else asked for once.
import { useEffect } from 'react';
import { useChat, useSession } from '../use-chat.ts';
import { knownMessage } from '../../store/known-message.ts';
import type { Message } from '../../store/message.ts';

/** Undefined while it is not known; null when there is none for this person. */
export function useQuoted(conversationId: string, seq: number): Message | null | undefined {
  const { history } = useSession();
  const online = useChat((state) => state.connection.name === 'online');
  const message = useChat(({ conversations }) => knownMessage(conversations.get(conversationId), seq));
  const unknown = message === undefined;
  useEffect(() => {
    if (unknown && online) void history.quote(conversationId, seq);
  }, [history, conversationId, seq, unknown, online]);
  return message;
}
