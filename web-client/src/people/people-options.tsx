// People to choose one from; the field in which one writes keeps the focus.
import type { Person } from '../store/state.ts';
import { Avatar } from '../theme/avatar.tsx';

export interface PeopleOptionsProps {
  readonly listId: string;
  readonly label: string;
  /** Of each option, for tests. */
  readonly optionTestId: string;
  readonly className?: string;
  readonly people: readonly Person[];
  readonly current: Person | undefined;
  readonly onChoose: (person: Person) => void;
}

export function PeopleOptions(props: PeopleOptionsProps) {
  const { listId, label, optionTestId, className, people, current, onChoose } = props;
  return (
    <ul id={listId} className={className} role="listbox" aria-label={label}>
      {people.map((person) => (
        <li
          key={person.userId}
          id={`${listId}-${person.userId}`}
          className="person"
          role="option"
          aria-selected={person === current}
          data-testid={optionTestId}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(person)}
        >
          <Avatar userId={person.userId} name={person.displayName} />
          <span className="names">
            <span className="name">{person.displayName}</span>
            <span className="handle">@{person.handle}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
