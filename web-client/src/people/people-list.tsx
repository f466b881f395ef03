// People in a panel, by name; those who are not known yet get their names as they come.
import { useNames } from './use-people.ts';
import { Avatar } from '../theme/avatar.tsx';

export function PeopleList({ userIds }: { readonly userIds: readonly string[] }) {
  const nameOf = useNames(userIds);
  return (
    <ul>
      {userIds.map((userId) => (
        <li key={userId} className="someone" data-testid="someone">
          <Avatar userId={userId} name={nameOf(userId)} />
          <span className="name">{nameOf(userId)}</span>
        </li>
      ))}
    </ul>
  );
}
