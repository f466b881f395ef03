// Actions on a message that was held with a finger: a few emoji at hand, then everything that can be done.
import { EmojiButton } from '../emoji/emoji-button.tsx';
import { recentEmojis } from '../emoji/recent-emojis.ts';
import { useShownPeople } from '../message/shown-people.ts';
import { useThread } from '../message/thread-context.ts';
import { Sheet } from '../overlay/sheet.tsx';
import { useSession } from '../session/use-chat.ts';
import { messageId } from '../store/acts.ts';
import type { Message } from '../store/message.ts';
import { reactionsShown } from './reactions-shown.ts';
import { useMessageItems } from './use-message-items.ts';

const emojiAtHand = 6;

interface MessageSheetProps {
  readonly message: Message;
  readonly onDelete: () => void;
  readonly onClose: () => void;
}

export function MessageSheet({ message, onDelete, onClose }: MessageSheetProps) {
  const { conversationId } = useThread();
  const { messages, kept } = useSession();
  const { seq, reactions } = message;
  const wishes = useShownPeople().reacting.get(messageId(conversationId, seq));
  const own = new Set(reactionsShown(reactions, wishes).flatMap(({ emoji, mine }) => (mine ? [emoji] : [])));
  const items = useMessageItems(message, onDelete);
  const react = (emoji: string) => void messages.react(conversationId, seq, emoji, !own.has(emoji));
  return (
    <Sheet label="Message actions" testId="message-sheet" onClose={onClose}>
      {(closing) => (
        <>
          <div className="sheet-emojis" role="group" aria-label="React">
            {recentEmojis(kept)
              .slice(0, emojiAtHand)
              .map((emoji) => (
                <button
                  key={emoji}
                  type="button"
                  className="sheet-emoji"
                  data-testid="quick-reaction"
                  data-emoji={emoji}
                  aria-pressed={own.has(emoji)}
                  onClick={() => closing(() => react(emoji))}
                >
                  {emoji}
                </button>
              ))}
            <EmojiButton
              label="Another emoji"
              className="sheet-emoji more"
              onChoose={(emoji) => closing(() => react(emoji))}
            />
          </div>
          {items.map(({ label, danger, onChoose }) => (
            <button
              key={label}
              type="button"
              className={danger ? 'sheet-action danger' : 'sheet-action'}
              onClick={() => closing(onChoose)}
            >
              {label}
            </button>
          ))}
        </>
      )}
    </Sheet>
  );
}
