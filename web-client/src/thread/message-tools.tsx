// Actions on a message, beside it while it is pointed at or has the focus.
import { useSession } from '../session/use-chat.ts';
import { EmojiButton } from '../emoji/emoji-button.tsx';
import { Menu, type MenuItem } from '../overlay/menu.tsx';
import type { Message } from '../store/message.ts';
import { MoreIcon, ReplyIcon } from '../theme/icons.tsx';
import { useThread } from '../message/thread-context.ts';
import { useRights } from './use-rights.ts';

interface MessageToolsProps {
  readonly message: Message;
  readonly onDelete: () => void;
}

export function MessageTools({ message, onDelete }: MessageToolsProps) {
  const thread = useThread();
  const { messages } = useSession();
  const { conversationId, writing } = thread;
  const { seq, body } = message;
  const rights = useRights(message, thread);
  const reply = () => writing.reply(seq);
  const copy = () =>
    navigator.clipboard
      .writeText(body)
      .catch(() => messages.say(conversationId, 'This browser did not let Skein copy the text.'));
  const items: MenuItem[] = [
    { label: 'Reply', onChoose: reply },
    ...(rights.edit ? [{ label: 'Edit', onChoose: () => writing.edit(seq, body) }] : []),
    ...(body === '' ? [] : [{ label: 'Copy text', onChoose: () => void copy() }]),
    ...(rights.delete ? [{ label: 'Delete…', danger: true, onChoose: onDelete }] : []),
  ];
  return (
    <div className="message-tools" role="toolbar" aria-label="Message actions" data-testid="message-tools">
      <EmojiButton
        label="React"
        className="icon-button small"
        testId="react"
        onChoose={(emoji) => void messages.react(conversationId, seq, emoji, true)}
      />
      <button
        type="button"
        className="icon-button small"
        data-testid="reply"
        aria-label="Reply"
        title="Reply"
        onClick={reply}
      >
        <ReplyIcon />
      </button>
      <Menu label="More actions" className="icon-button small" items={items}>
        <MoreIcon />
      </Menu>
    </div>
  );
}
