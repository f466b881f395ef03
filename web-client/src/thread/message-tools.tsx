// Actions on a message, beside it while it is pointed at or has the focus.
import { useSession } from '../session/use-chat.ts';
import { EmojiButton } from '../emoji/emoji-button.tsx';
import { Menu } from '../overlay/menu.tsx';
import type { Message } from '../store/message.ts';
import { MoreIcon, ReplyIcon } from '../theme/icons.tsx';
import { useThread } from '../message/thread-context.ts';
import { useMessageItems } from './use-message-items.ts';

interface MessageToolsProps {
  readonly message: Message;
  readonly onDelete: () => void;
}

export function MessageTools({ message, onDelete }: MessageToolsProps) {
  const { conversationId, writing } = useThread();
  const { messages } = useSession();
  const { seq } = message;
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
        onClick={() => writing.reply(seq)}
      >
        <ReplyIcon />
      </button>
      <Menu label="More actions" className="icon-button small" items={useMessageItems(message, onDelete)}>
        <MoreIcon />
      </Menu>
    </div>
  );
}
