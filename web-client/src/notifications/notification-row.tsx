// One notification: who named this person, where, when, and the words.
import { useQuoted } from '../session/messages/use-quoted.ts';
import { useChat } from '../session/use-chat.ts';
import { pathOf } from '../routing/location.ts';
import type { Message } from '../store/message.ts';
import type { Notice } from '../store/notifications.ts';
import { titleOf } from '../store/select.ts';
import { CheckIcon } from '../theme/icons.tsx';
import { exactLabel, momentLabel } from '../time/labels.ts';
import { Name } from '../theme/name.tsx';

interface NotificationRowProps {
  readonly notice: Notice;
  readonly name: string;
  readonly now: number;
  readonly onOpen: () => void;
  readonly onRead: () => void;
}

export function NotificationRow({ notice, name, now, onOpen, onRead }: NotificationRowProps) {
  const { conversationId, messageSeq, atMs, read } = notice;
  const where = useChat((state) => {
    const conversation = state.conversations.get(conversationId);
    return conversation && titleOf(conversation, state.myId);
  });
  const words = wordsOf(useQuoted(conversationId, messageSeq));
  return (
    <li className={read ? 'bell-row' : 'bell-row unread-row'} data-testid="notice" data-read={read}>
      <a
        href={`${pathOf(conversationId)}?at=${messageSeq}`}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
          event.preventDefault();
          onOpen();
        }}
      >
        <span className="bell-row-top">
          <span className="bell-row-who">
            <strong>
              <Name>{name}</Name>
            </strong>{' '}
            in{' '}
            <strong>
              <Name>{where ?? 'a conversation you are not in any more'}</Name>
            </strong>
          </span>
          <time dateTime={new Date(atMs).toISOString()} title={exactLabel(atMs)}>
            {momentLabel(atMs, now)}
          </time>
        </span>
        <span className="bell-row-words">{words}</span>
        {!read && <span className="visually-hidden">unread</span>}
      </a>
      {!read && (
        <button
          type="button"
          className="icon-button small"
          aria-label="Mark as read"
          title="Mark as read"
          onClick={onRead}
        >
          <CheckIcon />
        </button>
      )}
    </li>
  );
}

function wordsOf(message: Message | null | undefined): string {
  if (message === undefined) return '…';
  if (message === null) return 'The message cannot be read any more.';
  if (message.deleted) return 'The message was deleted.';
  return message.body || 'Sent a file';
}
