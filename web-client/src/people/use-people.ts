// Names of people by id, for components: what is not known yet is asked for, and shown once it is here.
import { useEffect } from 'react';
import { useChat, useSession } from '../session/use-chat.ts';
import type { People } from '../store/people.ts';
import { isolated } from '../../../protocol/text/visible.ts';

export type NameOf = (userId: string) => string;

export function usePeople(userIds: readonly string[]): People {
  const session = useSession();
  const people = useChat((state) => state.people);
  const wanted = userIds.join();
  useEffect(() => {
    if (wanted !== '') session.people.need(wanted.split(','));
  }, [session, wanted]);
  return people;
}

/** "You" for oneself, "Someone" for who is not known (yet). */
export function useNames(userIds: readonly string[]): NameOf {
  const people = usePeople(userIds);
  const myId = useChat((state) => state.myId);
  return (userId) => (userId === myId ? 'You' : (people.get(userId)?.displayName ?? 'Someone'));
}

/** The same for sentences put together as text: `Sentence` shows them. */
export function useNamesInText(userIds: readonly string[]): NameOf {
  const nameOf = useNames(userIds);
  return (userId) => isolated(nameOf(userId));
}
