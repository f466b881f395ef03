// The right pane while no conversation is shown: none was chosen, there is none, or it is not this person's any more.
import './thread.css';
import type { Ended } from '../store/state.ts';
import { YarnPicture } from '../theme/yarn.tsx';
import { followLink } from '../routing/location.ts';
import { Sentence } from '../theme/name.tsx';
import { isolated } from '../../../protocol/text/visible.ts';

const picture = { width: 240, height: 60, strands: 6, halfTurns: 7, looseUntil: 0.7, twistHeight: 0.3 };

const nothingHere = 'There is nothing at this address.';

interface NoThreadProps {
  /** The address names no place at all. */
  readonly nowhere: boolean;
  readonly missing: boolean;
  readonly loading: boolean;
  readonly ended: Ended | undefined;
}

export function NoThread({ nowhere, missing, loading, ended }: NoThreadProps) {
  return (
    <main className="no-thread" aria-busy={loading}>
      {!loading && (
        <>
          <YarnPicture className="no-thread-yarn" strokeWidth={1.4} {...picture} />
          {nowhere || missing || ended ? (
            <p role="alert" data-testid="no-thread">
              <Sentence>
                {ended
                  ? sentenceFor(ended)
                  : nowhere
                    ? nothingHere
                    : 'There is no such conversation for you.'}
              </Sentence>{' '}
              <a href="/" onClick={followLink}>
                All conversations
              </a>
            </p>
          ) : (
            <p>Choose a conversation, or find someone by their handle.</p>
          )}
        </>
      )}
    </main>
  );
}

function sentenceFor({ name, how }: Ended): string {
  const what = name === '' ? 'this conversation' : `“${isolated(name)}”`;
  switch (how) {
    case 'left':
      return `You have left ${what}.`;
    case 'removed':
      return `You were removed from ${what}: you get nothing more from it and cannot write there.`;
    case 'deleted':
      return `${name === '' ? 'This conversation' : what} was deleted by one of its admins.`;
  }
}
