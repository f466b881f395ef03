// The threads as a picture: the small mark beside the name, and the wide ones.
import { strandPaths, type Yarn } from './threads.ts';

interface YarnPictureProps extends Yarn {
  readonly className: string;
  readonly strokeWidth: number;
}

export function YarnPicture({ className, strokeWidth, ...yarn }: YarnPictureProps) {
  const { width, height } = yarn;
  return (
    <svg
      className={className}
      viewBox={`0 ${-strokeWidth} ${width} ${height + 2 * strokeWidth}`}
      preserveAspectRatio="xMidYMid slice"
      fill="none"
      strokeWidth={strokeWidth}
      aria-hidden="true"
    >
      {strandPaths(yarn).map((path, strand) => (
        <path key={strand} d={path} className={`strand strand-${strand % 4}`} />
      ))}
    </svg>
  );
}

const mark: Yarn = { width: 30, height: 20, strands: 3, halfTurns: 2, looseUntil: 0, twistHeight: 0.86 };

export function Wordmark() {
  return (
    <span className="wordmark">
      <svg className="wordmark-yarn" viewBox="-2 -1 34 22" fill="none" strokeWidth="3" aria-hidden="true">
        {strandPaths(mark).map((path, strand) => (
          <path key={strand} d={path} className={`strand strand-${strand}`} strokeLinecap="round" />
        ))}
      </svg>
      Skein
    </span>
  );
}
