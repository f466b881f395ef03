// Whom the open conversation is with, and on a phone the way back to the list.
import { useEffect, useRef } from 'react';
import { leaveConversation } from '../routing/location.ts';
import type { Person } from '../store/state.ts';
import { Avatar } from '../theme/avatar.tsx';
import { BackIcon } from '../theme/icons.tsx';

export function ThreadHeader({ peer }: { readonly peer: Person }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // With a mouse the composer takes the focus; on a touch screen that would bring up the keyboard.
    if (!matchMedia('(hover: hover)').matches) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <header className="thread-head">
      <button
        type="button"
        className="icon-button back"
        aria-label="Back to conversations"
        onClick={leaveConversation}
      >
        <BackIcon />
      </button>
      <Avatar userId={peer.userId} name={peer.displayName} />
      <div className="names">
        <h2 className="name" ref={heading} tabIndex={-1}>
          {peer.displayName}
        </h2>
        <span className="handle">@{peer.handle}</span>
      </div>
    </header>
  );
}
