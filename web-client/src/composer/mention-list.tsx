// Members whose names fit what is being written; the composer keeps the focus.
import type { Person } from '../store/state.ts';
import { Avatar } from '../theme/avatar.tsx';

interface MentionListProps {
  readonly listId: string;
  readonly people: readonly Person[];
  readonly current: Person | undefined;
  readonly onChoose: (person: Person) => void;
}

export function MentionList({ listId, people, current, onChoose }: MentionListProps) {
  return (
    <ul id={listId} className="mention-list" role="listbox" aria-label="Members">
      {people.map((person) => (
        <li
          key={person.userId}
          id={`${listId}-${person.userId}`}
          className="person"
          role="option"
          aria-selected={person === current}
          data-testid="mention-option"
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
