// Title of the open conversation, and presence of the other person; the way to its details, and on a phone the
// way back to the list.
import { useEffect, useRef } from 'react';
import { useChat } from '../session/use-chat.ts';
import { ConversationAvatar } from '../conversations/conversation-avatar.tsx';
import { BlockedBar } from '../details/blocked-bar.tsx';
import { membersLabel } from '../groups/group-rules.ts';
import { usePresence, useWatching } from '../presence/use-presence.ts';
import { leaveConversation, leaveDetails, openDetails, useRoute } from '../routing/location.ts';
import { isMuted, peerOf, titleOf } from '../store/select.ts';
import type { Conversation } from '../store/state.ts';
import { BackIcon, DetailsIcon, MutedIcon } from '../theme/icons.tsx';
import { lastSeenLabel } from '../time/labels.ts';
import { useNow } from '../time/use-now.ts';
import { Name } from '../theme/name.tsx';

export function ThreadHeader({ conversation }: { readonly conversation: Conversation }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const myId = useChat((state) => state.myId);
  const route = useRoute();
  const now = useNow();
  const detailed = route.name === 'conversation' && route.details;
  const { id, kind } = conversation;
  useEffect(() => {
    // With a mouse the composer takes the focus; on a touch screen that would bring up the keyboard.
    if (!matchMedia('(hover: hover)').matches) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div>
      <header className="thread-head">
        <button
          type="button"
          className="icon-button back"
          aria-label="Back to conversations"
          onClick={leaveConversation}
        >
          <BackIcon />
        </button>
        <ConversationAvatar conversation={conversation} myId={myId} />
        <div className="names">
          <h2 className="name" ref={heading} tabIndex={-1} data-testid="thread-title">
            <Name>{titleOf(conversation, myId)}</Name>
            {isMuted(conversation, now) && (
              <span className="muted-mark" role="img" aria-label="muted" title="Muted">
                <MutedIcon />
              </span>
            )}
          </h2>
          <Subtitle conversation={conversation} myId={myId} now={now} />
        </div>
        <button
          type="button"
          className="icon-button"
          data-testid="open-details"
          aria-label="Details"
          title="Details"
          aria-expanded={detailed}
          onClick={() => (detailed ? leaveDetails(id) : openDetails(id))}
        >
          <DetailsIcon />
        </button>
      </header>
      {kind === 'direct' && <BlockedBar person={peerOf(conversation, myId)} />}
    </div>
  );
}

interface SubtitleProps {
  readonly conversation: Conversation;
  readonly myId: string;
  readonly now: number;
}

function Subtitle({ conversation, myId, now }: SubtitleProps) {
  const { kind, details } = conversation;
  const peer = kind === 'direct' ? peerOf(conversation, myId) : undefined;
  const presence = usePresence(peer?.userId);
  useWatching('header', peer ? [peer.userId] : []);
  if (!peer) return <span className="handle">{membersLabel(details.memberCount)}</span>;
  const there = presence?.online
    ? 'online'
    : typeof presence?.lastSeenMs === 'number' && lastSeenLabel(presence.lastSeenMs, now);
  return (
    <span className="handle" data-testid="thread-subtitle">
      @{peer.handle}
      {there && ` · ${there}`}
    </span>
  );
}
