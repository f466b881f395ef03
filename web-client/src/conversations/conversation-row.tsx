// One conversation in the list: what it is called, the last words and whose, when, and how much of it is unread.
import { memo } from 'react';
import { followLink, pathOf } from '../routing/location.ts';
import { isMuted, peerOf, previewOf, titleOf, unreadOf, type Preview } from '../store/select.ts';
import type { Conversation, Outgoing } from '../store/state.ts';
import { MutedIcon } from '../theme/icons.tsx';
import { agoLabel, exactLabel } from '../time/labels.ts';
import { ConversationAvatar } from './conversation-avatar.tsx';
import { Name } from '../theme/name.tsx';

interface ConversationRowProps {
  readonly conversation: Conversation;
  readonly outgoing: readonly Outgoing[] | undefined;
  /** The name of who wrote last, in a group. */
  readonly senderName: string | undefined;
  readonly myId: string;
  readonly selected: boolean;
  readonly now: number;
}

export const ConversationRow = memo(function ConversationRow(props: ConversationRowProps) {
  const { conversation, outgoing, senderName, myId, selected, now } = props;
  const preview = previewOf(conversation, outgoing, myId);
  const { id, kind } = conversation;
  return (
    <li
      data-testid="conversation"
      data-conversation-id={id}
      data-kind={kind}
      data-peer-id={kind === 'direct' ? peerOf(conversation, myId).userId : undefined}
    >
      <a
        className="conversation"
        href={pathOf(id)}
        aria-current={selected ? 'page' : undefined}
        onClick={followLink}
      >
        <ConversationAvatar conversation={conversation} myId={myId} />
        <span className="conversation-words">
          <span className="conversation-top">
            <span className="name">
              <Name>{titleOf(conversation, myId)}</Name>
            </span>
            {isMuted(conversation, now) && (
              <span className="muted-mark" data-testid="muted" role="img" aria-label="muted" title="Muted">
                <MutedIcon />
              </span>
            )}
            {preview && (
              <time dateTime={new Date(preview.atMs).toISOString()} title={exactLabel(preview.atMs)}>
                {agoLabel(preview.atMs, now)}
              </time>
            )}
          </span>
          <span className="conversation-bottom">
            <PreviewWords preview={preview} senderName={kind === 'group' ? senderName : undefined} />
            <Unread count={unreadOf(conversation, myId)} muted={isMuted(conversation, now)} />
          </span>
        </span>
      </a>
    </li>
  );
});

interface PreviewWordsProps {
  readonly preview: Preview | null;
  readonly senderName: string | undefined;
}

function PreviewWords({ preview, senderName }: PreviewWordsProps) {
  if (!preview) {
    return (
      <span className="preview">
        <em>No messages yet</em>
      </span>
    );
  }
  const { senderId, body, attachments, failed } = preview;
  return (
    <span className={failed ? 'preview failed' : 'preview'} data-testid="preview">
      {failed && 'Not sent. '}
      {senderId === null && !failed && 'You: '}
      {senderId !== null && senderName !== undefined && (
        <>
          <Name>{senderName}</Name>:{' '}
        </>
      )}
      {body === null ? <em>Message deleted</em> : <bdi>{body || filesLabel(attachments)}</bdi>}
    </span>
  );
}

function filesLabel(count: number): string {
  return count === 1 ? 'A file' : `${count} files`;
}

function Unread({ count, muted }: { readonly count: number; readonly muted: boolean }) {
  if (count === 0) return null;
  return (
    <span className={muted ? 'unread muted' : 'unread'}>
      <span data-testid="unread">{count > 999 ? '999+' : count}</span>
      <span className="visually-hidden"> unread</span>
    </span>
  );
}
