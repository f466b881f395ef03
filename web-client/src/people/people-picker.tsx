// Choosing several people: those chosen stand as chips before the field, what was found below it. The focus stays in
// the field; Enter takes the person the arrows stand on, Backspace in the empty field gives the last one back.
import './people.css';
import { useId, useRef, type KeyboardEvent } from 'react';
import type { Person } from '../store/state.ts';
import { CloseIcon } from '../theme/icons.tsx';
import { PeopleResults } from './people-results.tsx';
import { usePeopleBox } from './use-people-box.ts';

interface PeoplePickerProps {
  readonly label: string;
  readonly chosen: readonly Person[];
  readonly onChange: (chosen: readonly Person[]) => void;
  /** Not to be chosen, as they are there already. */
  readonly leftOut: ReadonlySet<string>;
  readonly suggested: readonly Person[];
  /** More cannot be chosen. */
  readonly most: number;
  readonly autoFocus?: boolean;
}

export function PeoplePicker(props: PeoplePickerProps) {
  const { label, chosen, onChange, leftOut, suggested, most, autoFocus = false } = props;
  const taken = new Set([...leftOut, ...chosen.map(({ userId }) => userId)]);
  const full = chosen.length >= most;
  const onChoose = async (person: Person) => {
    if (full) throw new Error(`These are as many as can be: ${most}. Take someone out first.`);
    onChange([...chosen, person]);
    return Promise.resolve();
  };
  const box = usePeopleBox({ onChoose, leftOut: taken, suggested });
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const listed = box.search.name !== 'idle' || box.people.length > 0 || box.failure !== null;

  const without = (person: Person) => {
    onChange(chosen.filter(({ userId }) => userId !== person.userId));
    input.current?.focus();
  };
  const pressed = (event: KeyboardEvent<HTMLInputElement>) => {
    const last = chosen.at(-1);
    if (event.key === 'Backspace' && box.typed === '' && last) without(last);
    else if (event.key !== 'Escape' || box.typed !== '') box.pressed(event);
  };
  return (
    <div className="picker">
      <div className="picker-field">
        {chosen.map((person) => (
          <Chip key={person.userId} person={person} onRemove={() => without(person)} />
        ))}
        <input
          ref={input}
          data-testid="pick-people"
          data-autofocus={autoFocus ? '' : undefined}
          type="text"
          role="combobox"
          aria-label={label}
          aria-expanded={listed}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={box.current && `${listId}-${box.current.userId}`}
          placeholder={chosen.length === 0 ? 'Find people by handle' : ''}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={box.typed}
          onChange={(event) => box.type(event.target.value)}
          onKeyDown={pressed}
        />
      </div>
      {listed && (
        <PeopleResults
          listId={listId}
          search={box.search}
          people={box.people}
          current={box.current}
          failure={box.failure}
          typed={box.typed}
          onChoose={box.choose}
        />
      )}
    </div>
  );
}

function Chip({ person, onRemove }: { readonly person: Person; readonly onRemove: () => void }) {
  return (
    <span className="chip" data-testid="chip">
      <span className="name">{person.displayName}</span>
      <button
        type="button"
        className="icon-button small"
        aria-label={`Remove ${person.displayName}`}
        onClick={onRemove}
      >
        <CloseIcon />
      </button>
    </span>
  );
}
