// State and actions of a search box for people: the text, the person the arrows stand on, and choosing one.
import { useState, type KeyboardEvent } from 'react';
import { saySo } from '../session/say-so.ts';
import type { Person } from '../store/state.ts';
import { usePeopleSearch, type PeopleSearch } from './use-people-search.ts';
import { choosesWords } from '../browser/chooses-words.ts';

export interface PeopleBox {
  readonly typed: string;
  readonly search: PeopleSearch;
  /** People found, without those left out. */
  readonly people: readonly Person[];
  readonly current: Person | undefined;
  /** Why the chosen person could not be had. */
  readonly failure: string | null;
  readonly type: (text: string) => void;
  readonly choose: (person: Person) => void;
  readonly pressed: (event: KeyboardEvent<HTMLInputElement>) => void;
}

interface PeopleBoxOptions {
  /** The box is emptied once it resolves. */
  readonly onChoose: (person: Person) => Promise<void>;
  readonly leftOut?: ReadonlySet<string>;
  /** Offered while nothing is typed. */
  readonly suggested?: readonly Person[];
}

const nobody: readonly Person[] = [];

export function usePeopleBox({ onChoose, leftOut, suggested = nobody }: PeopleBoxOptions): PeopleBox {
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(0);
  const [failure, setFailure] = useState<string | null>(null);
  const search = usePeopleSearch(typed);
  const found = search.name === 'found' ? search.people : search.name === 'idle' ? suggested : nobody;
  const people = leftOut ? found.filter(({ userId }) => !leftOut.has(userId)) : found;
  const current = people[Math.min(active, people.length - 1)];

  const type = (text: string) => {
    setTyped(text);
    setActive(0);
    setFailure(null);
  };
  const choose = (person: Person) => {
    onChoose(person).then(
      () => type(''),
      (error: unknown) => setFailure(saySo(error)),
    );
  };
  const pressed = (event: KeyboardEvent<HTMLInputElement>) => {
    if (choosesWords(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') {
      if (typed === '') return event.currentTarget.blur();
      type('');
      event.stopPropagation();
    } else if (event.key === 'Enter') {
      if (current) choose(current);
    } else if (step && people.length > 0) setActive((active + step + people.length) % people.length);
    else return;
    event.preventDefault();
  };
  return { typed, search, people, current, failure, type, choose, pressed };
}
