// People whom a search found, or why it found nobody.
import type { Person } from '../store/state.ts';
import { useChat } from '../session/use-chat.ts';
import { PeopleOptions } from './people-options.tsx';
import type { PeopleSearch } from './use-people-search.ts';

interface PeopleResultsProps {
  readonly listId: string;
  readonly search: PeopleSearch;
  readonly people: readonly Person[];
  readonly current: Person | undefined;
  /** Why the chosen conversation could not be opened. */
  readonly failure: string | null;
  readonly typed: string;
  readonly onChoose: (person: Person) => void;
}

export function PeopleResults(props: PeopleResultsProps) {
  const { listId, search, people, current, failure, typed, onChoose } = props;
  const myHandle = useChat((state) => state.me?.handle ?? '');
  const sentence = failure ?? sentenceFor(search, people, { typed, myHandle });
  return (
    <div className="people-results">
      <p className={failure ? 'empty failed' : 'empty'} role="status" hidden={sentence === null}>
        {sentence}
      </p>
      <PeopleOptions
        listId={listId}
        label="People"
        optionTestId="person-result"
        people={people}
        current={current}
        onChoose={onChoose}
      />
    </div>
  );
}

interface Asked {
  readonly typed: string;
  readonly myHandle: string;
}

function sentenceFor(
  search: PeopleSearch,
  people: readonly Person[],
  { typed, myHandle }: Asked,
): string | null {
  const prefix = typed.trim().replace(/^@/, '');
  switch (search.name) {
    case 'idle':
      return null;
    case 'searching':
      return 'Searching…';
    case 'impossible':
      return 'Handles are made of the letters a to z, digits and _.';
    case 'failed':
      return search.reason;
    case 'found':
      if (people.length > 0) return null;
      if (search.people.length === 0 && myHandle.toLowerCase().startsWith(prefix.toLowerCase())) {
        return `That is you: others find you as @${myHandle}.`;
      }
      return search.people.length > 0
        ? 'Everyone found is there already.'
        : `Nobody with a handle that starts with “${prefix}”.`;
  }
}
