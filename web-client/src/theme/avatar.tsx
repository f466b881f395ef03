// A person as a small disc with their initials. Decoration: the name always stands beside it.
import { initialsOf, tintOf } from './tint.ts';

export function Avatar({ userId, name }: { readonly userId: string; readonly name: string }) {
  return (
    <span className={`avatar tint-${tintOf(userId)}`} aria-hidden="true">
      {initialsOf(name)}
    </span>
  );
}
