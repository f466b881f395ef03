// Author of a message, in conversations of several people: the name above the first of a few, the picture beside the last.
import { useShownPeople } from '../message/shown-people.ts';
import { Avatar } from '../theme/avatar.tsx';
import { tintOf } from '../theme/tint.ts';

export function AuthorName({ userId }: { readonly userId: string }) {
  const { nameOf } = useShownPeople();
  return (
    <span className={`author author-tint-${tintOf(userId)}`} data-testid="author">
      {nameOf(userId)}
    </span>
  );
}

export function AuthorAvatar({ userId }: { readonly userId: string }) {
  const { nameOf } = useShownPeople();
  return (
    <span className="author-avatar">
      <Avatar userId={userId} name={nameOf(userId)} />
    </span>
  );
}

/** For who listens rather than looks: every message says whose it is. */
export function SpokenAuthor({ userId }: { readonly userId: string }) {
  const { nameOf } = useShownPeople();
  return <span className="visually-hidden">{nameOf(userId)}: </span>;
}
