// People, and reactions on their way, as the rows of a thread show them: read from the store once for all rows.
import { createContext, use, useMemo } from 'react';
import { useChat } from '../session/use-chat.ts';
import type { NameOf } from '../people/use-people.ts';
import type { Acts } from '../store/acts.ts';
import type { People } from '../store/people.ts';
import type { Person } from '../store/state.ts';

export interface ShownPeople {
  readonly people: People;
  readonly me: Person | null;
  /** "You" for oneself, "Someone" for who is not known (yet). */
  readonly nameOf: NameOf;
  readonly reacting: Acts['reacting'];
}

const ShownPeopleContext = createContext<ShownPeople | null>(null);

export const ShownPeopleProvider = ShownPeopleContext.Provider;

export function useShownPeople(): ShownPeople {
  const value = use(ShownPeopleContext);
  if (!value) throw new Error('useShownPeople outside of ShownPeopleProvider');
  return value;
}

/** The provider's value, the same while none of it changed. */
export function useShownPeopleValue(): ShownPeople {
  const people = useChat((state) => state.people);
  const me = useChat((state) => state.me);
  const myId = useChat((state) => state.myId);
  const reacting = useChat((state) => state.acts.reacting);
  return useMemo(() => {
    const nameOf = (userId: string) =>
      userId === myId ? 'You' : (people.get(userId)?.displayName ?? 'Someone');
    return { people, me, nameOf, reacting };
  }, [people, me, myId, reacting]);
}
