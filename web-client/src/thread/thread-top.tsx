// Above the oldest message here: older ones on their way, or the beginning of it all.
import { useEffect, useRef, type RefObject } from 'react';
import { useSession } from '../session/use-chat.ts';
import { ConversationAvatar } from '../conversations/conversation-avatar.tsx';
import { titleOf } from '../store/select.ts';
import type { Conversation } from '../store/state.ts';
import { Name } from '../theme/name.tsx';

interface ThreadTopProps {
  readonly conversation: Conversation;
  readonly myId: string;
  readonly scroller: RefObject<HTMLDivElement | null>;
}

/** Older messages are asked for before the top comes into sight. */
const aheadPx = 900;

export function ThreadTop({ conversation, myId, scroller }: ThreadTopProps) {
  const session = useSession();
  const marker = useRef<HTMLDivElement>(null);
  const { id, detached } = conversation;
  const from = detached ? detached.from : conversation.loadedFrom;
  const { atStart, earlier } = detached ?? conversation;

  useEffect(() => {
    if (from === null || atStart || earlier !== 'idle') return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) void session.loadEarlier(id);
      },
      { root: scroller.current, rootMargin: `${aheadPx}px 0px 0px 0px` },
    );
    observer.observe(marker.current!);
    return () => observer.disconnect();
    // A new observer after each page: one that still sees the marker would not say so again.
  }, [session, scroller, id, from, atStart, earlier]);

  if (atStart) {
    const title = titleOf(conversation, myId);
    return (
      <div className="thread-start">
        <ConversationAvatar conversation={conversation} myId={myId} />
        <p>
          This is the beginning of {conversation.kind === 'direct' && 'your conversation with '}
          <Name>{title}</Name>.
        </p>
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
