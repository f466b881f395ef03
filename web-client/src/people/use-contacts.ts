// People whom this person writes with, latest first: the likeliest to be wanted in a group.
import { useMemo } from 'react';
import { useChat } from '../session/use-chat.ts';
import { byActivity, peerOf } from '../store/select.ts';
import type { Person } from '../store/state.ts';

const contactsMax = 20;

export function useContacts(): readonly Person[] {
  const conversations = useChat((state) => state.conversations);
  const outgoing = useChat((state) => state.outgoing);
  const myId = useChat((state) => state.myId);
  return useMemo(
    () =>
      byActivity(conversations, outgoing)
        .filter(({ kind }) => kind === 'direct')
        .map((conversation) => peerOf(conversation, myId))
        .slice(0, contactsMax),
    [conversations, outgoing, myId],
  );
}
