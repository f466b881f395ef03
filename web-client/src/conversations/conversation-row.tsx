// One conversation in the list: with whom, the last words, when, and how much of it is unread.
import { memo } from 'react';
import { followLink, pathOf } from '../routing/location.ts';
import { peerOf, previewOf, unreadOf } from '../store/select.ts';
import type { Conversation, Outgoing } from '../store/state.ts';
import { Avatar } from '../theme/avatar.tsx';
import { agoLabel, exactLabel } from '../time/labels.ts';

interface ConversationRowProps {
  readonly conversation: Conversation;
  readonly outgoing: readonly Outgoing[] | undefined;
  readonly myId: string;
  readonly selected: boolean;
  readonly now: number;
}

export const ConversationRow = memo(function ConversationRow(props: ConversationRowProps) {
  const { conversation, outgoing, myId, selected, now } = props;
  const peer = peerOf(conversation, myId);
  const preview = previewOf(conversation, outgoing, myId);
  const unread = unreadOf(conversation, myId);
  return (
    <li data-testid="conversation" data-conversation-id={conversation.id}>
      <a
        className="conversation"
        href={pathOf(conversation.id)}
        aria-current={selected ? 'page' : undefined}
        onClick={followLink}
      >
        <Avatar userId={peer.userId} name={peer.displayName} />
        <span className="conversation-words">
          <span className="conversation-top">
            <span className="name">{peer.displayName}</span>
            {preview && (
              <time dateTime={new Date(preview.atMs).toISOString()} title={exactLabel(preview.atMs)}>
                {agoLabel(preview.atMs, now)}
              </time>
            )}
          </span>
          <span className="conversation-bottom">
            <span className={preview?.failed ? 'preview failed' : 'preview'}>
              {preview ? (
                <>
                  {preview.failed && 'Not sent. '}
                  {preview.mine && !preview.failed && 'You: '}
                  {preview.body}
                </>
              ) : (
                <em>No messages yet</em>
              )}
            </span>
            {unread > 0 && (
              <span className="unread">
                <span data-testid="unread">{unread > 999 ? '999+' : unread}</span>
                <span className="visually-hidden"> unread</span>
              </span>
            )}
          </span>
        </span>
      </a>
    </li>
  );
});
