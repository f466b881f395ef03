// One message: its words and files, its time, what became of it since, and for one's own how far it has come.
import { memo, useState } from 'react';
import { AttachmentList } from '../attachments/attachment-list.tsx';
import { useSession } from '../session/use-chat.ts';
import { Confirm } from '../overlay/confirm.tsx';
import { stepOver } from '../routing/back-closes.ts';
import type { Message } from '../store/message.ts';
import { exactLabel, timeLabel } from '../time/labels.ts';
import { AuthorAvatar, AuthorName, SpokenAuthor } from './author.tsx';
import { DeliveryState } from './delivery-state.tsx';
import { EditedMark } from './edit-history.tsx';
import { FailedSend } from './failed-send.tsx';
import { MessageBody } from './message-body.tsx';
import { MessageSheet } from './message-sheet.tsx';
import { MessageTools } from './message-tools.tsx';
import { Quote } from '../message/quote.tsx';
import { Reactions } from './reactions.tsx';
import { ReadBy } from './read-by.tsx';
import { sameRow, type MessageRow as Row } from './rows.ts';
import { useThread } from '../message/thread-context.ts';
import { useHold } from './use-hold.ts';
import { useRowActivity } from './use-row-activity.ts';

const noMentions: readonly string[] = [];

interface MessageRowProps {
  readonly row: Row;
  /** The message that it answers, if it does: undefined while it is not known, null when there is none. */
  readonly quoted: Message | null | undefined;
}

export const MessageRow = memo(
  function MessageRow({ row, quoted }: MessageRowProps) {
    const { isGroup } = useThread();
    const { active, handlers } = useRowActivity();
    const [open, setOpen] = useState<OpenedProps['what']>(null);
    const named = isGroup && !row.mine;
    /** The message, while there is one to do something with. */
    const standing = row.message && !row.message.deleted ? row.message : null;
    const hold = useHold(() => {
      if (!standing || open) return;
      stepOver();
      setOpen('sheet');
    });
    const onDelete = () => setOpen('deletion');
    const close = () => setOpen(null);
    return (
      <article
        className={classOf(row, named)}
        data-row=""
        data-testid="message"
        data-seq={row.seq ?? undefined}
        data-key={row.key}
        data-state={row.state}
        data-deleted={isGone(row) || undefined}
        tabIndex={-1}
        {...handlers}
        {...hold}
      >
        {named && <Author row={row} />}
        <div className="bubble">
          <div className="bubble-words">
            <SpokenAuthor userId={row.senderId} />
            {isGone(row) ? <Gone row={row} /> : <Content row={row} quoted={quoted} />}
          </div>
          {active && standing && open === null && <MessageTools message={standing} onDelete={onDelete} />}
        </div>
        {standing && <BelowBubble row={row} message={standing} />}
        {row.state === 'failed' && <FailedSend messageKey={row.key} reason={row.reason ?? ''} />}
        {standing && <Opened what={open} message={standing} onDelete={onDelete} onClose={close} />}
      </article>
    );
  },
  (a, b) => a.quoted === b.quoted && sameRow(a.row, b.row),
);

interface OpenedProps {
  readonly what: 'sheet' | 'deletion' | null;
  readonly message: Message;
  readonly onDelete: () => void;
  readonly onClose: () => void;
}

function Opened({ what, message, onDelete, onClose }: OpenedProps) {
  if (what === 'sheet') return <MessageSheet message={message} onDelete={onDelete} onClose={onClose} />;
  return what === 'deletion' ? <ConfirmDelete message={message} onClose={onClose} /> : null;
}

function isGone({ message }: Row): boolean {
  return message?.deleted ?? false;
}

function Author({ row: { senderId, startsGroup, endsGroup } }: { readonly row: Row }) {
  return (
    <>
      {startsGroup && <AuthorName userId={senderId} />}
      {endsGroup && <AuthorAvatar userId={senderId} />}
    </>
  );
}

function BelowBubble({ row, message }: { readonly row: Row; readonly message: Message }) {
  const { isGroup } = useThread();
  return (
    <>
      <Reactions message={message} />
      {isGroup && row.mine && row.endsGroup && <ReadBy seq={message.seq} count={row.readBy} />}
    </>
  );
}

function Content({ row, quoted }: MessageRowProps) {
  const { conversationId } = useThread();
  const { message, replyTo, body, files } = row;
  return (
    <>
      {replyTo !== null && <Quote seq={replyTo} message={quoted} />}
      {message && message.attachments.length > 0 && (
        <AttachmentList conversationId={conversationId} attachments={message.attachments} />
      )}
      {files > 0 && <p className="files-waiting">{files === 1 ? 'With one file' : `With ${files} files`}</p>}
      <MessageBody body={body} mentions={message?.mentions ?? noMentions} />
      <span className="meta">
        {message && message.editedAtMs !== null && (
          <EditedMark seq={message.seq} editedAtMs={message.editedAtMs} />
        )}
        <Time atMs={row.atMs} />
        {row.mine && <DeliveryState state={row.state} />}
      </span>
    </>
  );
}

function Gone({ row }: { readonly row: Row }) {
  return (
    <>
      <span className="body" data-testid="message-body">
        This message was deleted
      </span>
      <span className="meta">
        <Time atMs={row.atMs} />
      </span>
    </>
  );
}

function Time({ atMs }: { readonly atMs: number }) {
  return (
    <time dateTime={new Date(atMs).toISOString()} title={exactLabel(atMs)}>
      {timeLabel(atMs)}
    </time>
  );
}

function ConfirmDelete({ message, onClose }: { readonly message: Message; readonly onClose: () => void }) {
  const { messages } = useSession();
  const { conversationId, myId } = useThread();
  const remove = async () => {
    const refusal = await messages.remove(conversationId, message.seq);
    if (refusal !== null) throw new Error(refusal);
  };
  return (
    <Confirm title="Delete this message?" action="Delete for everyone" onConfirm={remove} onClose={onClose}>
      <p>
        {message.senderId === myId ? 'It' : 'As an admin you delete it for everyone: it'} vanishes from every
        screen, with its files and reactions. That cannot be undone.
      </p>
    </Confirm>
  );
}

function classOf(row: Row, named: boolean): string {
  const names = ['message', row.mine ? 'mine' : 'theirs'];
  if (named) names.push('named');
  if (row.startsGroup) names.push('starts-group');
  if (row.endsGroup) names.push('ends-group');
  return names.join(' ');
}
