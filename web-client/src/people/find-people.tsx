// Finding people by handle. A combobox in the sense of the ARIA patterns: the focus stays in the field, the arrows
// move through what was found.
import './people.css';
import { useEffect, useId, useRef } from 'react';
import { useSession } from '../session/use-chat.ts';
import { goTo, pathOf } from '../routing/location.ts';
import type { Person } from '../store/state.ts';
import { CloseIcon, SearchIcon } from '../theme/icons.tsx';
import { PeopleResults } from './people-results.tsx';
import { usePeopleBox } from './use-people-box.ts';

export function FindPeople({ onSearching }: { readonly onSearching: (searching: boolean) => void }) {
  const session = useSession();
  const onChoose = async ({ userId }: Person) => goTo(pathOf(await session.openDirect(userId)));
  const { typed, search, people, current, failure, type, choose, pressed } = usePeopleBox({ onChoose });
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const searching = search.name !== 'idle';
  useEffect(() => onSearching(searching), [onSearching, searching]);

  return (
    <search className={searching ? 'people searching' : 'people'}>
      <div className="people-field">
        <SearchIcon />
        <input
          ref={input}
          data-testid="find-people"
          type="text"
          role="combobox"
          aria-label="Find people by handle"
          aria-expanded={searching}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={current && `${listId}-${current.userId}`}
          placeholder="Find people by handle"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={typed}
          onChange={(event) => type(event.target.value)}
          onKeyDown={pressed}
        />
        {typed !== '' && (
          <button
            type="button"
            className="icon-button small"
            aria-label="Clear the search"
            onClick={() => {
              type('');
              input.current?.focus();
            }}
          >
            <CloseIcon />
          </button>
        )}
      </div>
      {searching && (
        <PeopleResults
          listId={listId}
          search={search}
          people={people}
          current={current}
          failure={failure}
          typed={typed}
          onChoose={choose}
        />
      )}
    </search>
  );
}
