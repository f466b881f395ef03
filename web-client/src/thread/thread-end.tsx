// Below the last message shown around an old one: later messages on their way.
import { useEffect, useRef, type RefObject } from 'react';
import { useSession } from '../session/use-chat.ts';
import type { Detached } from '../store/stretch.ts';

interface ThreadEndProps {
  readonly conversationId: string;
  readonly detached: Detached;
  readonly scroller: RefObject<HTMLDivElement | null>;
}

/** Later messages are asked for before the end comes into sight. */
const aheadPx = 600;

export function ThreadEnd({ conversationId, detached, scroller }: ThreadEndProps) {
  const { history } = useSession();
  const marker = useRef<HTMLDivElement>(null);
  const { to, later } = detached;
  useEffect(() => {
    if (later !== 'idle') return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) void history.loadLater(conversationId);
      },
      { root: scroller.current, rootMargin: `0px 0px ${aheadPx}px 0px` },
    );
    observer.observe(marker.current!);
    return () => observer.disconnect();
  }, [history, scroller, conversationId, to, later]);
  return (
    <div className="thread-top" ref={marker}>
      {later === 'failed' ? (
        <p role="alert">
          Later messages could not be loaded.{' '}
          <button type="button" className="link" onClick={() => void history.loadLater(conversationId)}>
            Retry
          </button>
        </p>
      ) : (
        <p>Loading later messages…</p>
      )}
    </div>
  );
}
