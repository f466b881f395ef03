// The right pane while no conversation is shown.
import './thread.css';
import { YarnPicture } from '../theme/yarn.tsx';
import { followLink } from '../routing/location.ts';

const picture = { width: 240, height: 60, strands: 6, halfTurns: 7, looseUntil: 0.7, twistHeight: 0.3 };

export function NoThread({ missing, loading }: { readonly missing: boolean; readonly loading: boolean }) {
  return (
    <main className="no-thread" aria-busy={loading}>
      {!loading && (
        <>
          <YarnPicture className="no-thread-yarn" strokeWidth={1.4} {...picture} />
          {missing ? (
            <p role="alert">
              There is no such conversation for you.{' '}
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
