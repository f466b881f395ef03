// What the search box knows and does: the text, the person the arrows stand on, and opening the conversation.
import { useState, type KeyboardEvent } from 'react';
import { useSession } from '../chat/use-chat.ts';
import { goTo, pathOf } from '../routing/location.ts';
import type { Person } from '../store/state.ts';
import { usePeopleSearch, type PeopleSearch } from './use-people-search.ts';

export interface PeopleBox {
  readonly typed: string;
  readonly search: PeopleSearch;
  readonly current: Person | undefined;
  /** Why the chosen conversation could not be opened. */
  readonly failure: string | null;
  readonly type: (text: string) => void;
  readonly choose: (person: Person) => void;
  readonly pressed: (event: KeyboardEvent<HTMLInputElement>) => void;
}

export function usePeopleBox(): PeopleBox {
  const session = useSession();
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(0);
  const [failure, setFailure] = useState<string | null>(null);
  const search = usePeopleSearch(typed);
  const people = search.name === 'found' ? search.people : [];
  const current = people[Math.min(active, people.length - 1)];

  const type = (text: string) => {
    setTyped(text);
    setActive(0);
    setFailure(null);
  };
  const choose = (person: Person) => {
    session.openDirect(person.userId).then(
      (conversationId) => {
        type('');
        goTo(pathOf(conversationId));
      },
      (error: unknown) => setFailure(error instanceof Error ? error.message : 'That did not succeed.'),
    );
  };
  const pressed = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') {
      if (typed === '') event.currentTarget.blur();
      type('');
    } else if (event.key === 'Enter' && current) choose(current);
    else if (step && people.length > 0) setActive((active + step + people.length) % people.length);
    else return;
    event.preventDefault();
  };
  return { typed, search, current, failure, type, choose, pressed };
}
