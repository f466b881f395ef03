// Above the oldest message here: older ones on their way, or the beginning of it all.
import { useEffect, useRef, type RefObject } from 'react';
import { useSession } from '../chat/use-chat.ts';
import type { Conversation, Person } from '../store/state.ts';
import { Avatar } from '../theme/avatar.tsx';

interface ThreadTopProps {
  readonly conversation: Conversation;
  readonly peer: Person;
  readonly scroller: RefObject<HTMLDivElement | null>;
}

/** Older messages are asked for before the top comes into sight. */
const aheadPx = 900;

export function ThreadTop({ conversation, peer, scroller }: ThreadTopProps) {
  const session = useSession();
  const marker = useRef<HTMLDivElement>(null);
  const { id, loadedFrom, atStart, earlier } = conversation;

  useEffect(() => {
    if (loadedFrom === null || atStart || earlier !== 'idle') return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) void session.loadEarlier(id);
      },
      { root: scroller.current, rootMargin: `${aheadPx}px 0px 0px 0px` },
    );
    observer.observe(marker.current!);
    return () => observer.disconnect();
    // A new observer after each page: one that still sees the marker would not say so again.
  }, [session, scroller, id, loadedFrom, atStart, earlier]);

  if (atStart) {
    return (
      <div className="thread-start">
        <Avatar userId={peer.userId} name={peer.displayName} />
        <p>This is the beginning of your conversation with {peer.displayName}.</p>
      </div>
    );
  }
  return (
    <div className="thread-top" ref={marker}>
      {earlier === 'failed' ? (
        <p role="alert">
          Earlier messages could not be loaded.{' '}
          <button type="button" className="link" onClick={() => void session.loadEarlier(id)}>
            Retry
          </button>
        </p>
      ) : (
        <p>Loading earlier messages…</p>
      )}
    </div>
  );
}
