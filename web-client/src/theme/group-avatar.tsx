// A group as a small square: its picture, or its own skein with its initials. Decoration: the name always stands
// beside it.
import { strandPaths } from './threads.ts';
import { initialsOf, tintOf } from './tint.ts';

const side = 44;

interface GroupAvatarProps {
  readonly id: string;
  readonly name: string;
  /** An address of the picture; null while there is none. */
  readonly picture: string | null;
}

export function GroupAvatar({ id, name, picture }: GroupAvatarProps) {
  return (
    <span className={`avatar group tint-${tintOf(id)}`} aria-hidden="true">
      {picture === null ? (
        <>
          <svg viewBox={`0 0 ${side} ${side}`} fill="none" strokeWidth="2.2">
            {strandPaths(skeinOf(id)).map((path, strand) => (
              <path key={strand} d={path} />
            ))}
          </svg>
          <span>{initialsOf(name)}</span>
        </>
      ) : (
        <img src={picture} alt="" />
      )}
    </span>
  );
}

/** No two ids in a list are likely to be wound alike. */
function skeinOf(id: string) {
  const twist = Number.parseInt(id.slice(-4), 16) || 0;
  return {
    width: side,
    height: side,
    strands: 3 + (twist % 3),
    halfTurns: 2 + ((twist >> 2) % 4),
    looseUntil: 0,
    twistHeight: 0.86,
  };
}
