// The emoji on a message, how often, and whose (REA-1). A click puts one's own on or takes it off.
import { useState } from 'react';
import { useSession } from '../session/use-chat.ts';
import { messageId } from '../store/acts.ts';
import type { Message } from '../store/message.ts';
import { EmojiButton } from '../emoji/emoji-button.tsx';
import { reactionsShown, type ShownReaction } from './reactions-shown.ts';
import { Reactors } from './reactors.tsx';
import { useShownPeople } from '../message/shown-people.ts';
import { useThread } from '../message/thread-context.ts';

export function Reactions({ message }: { readonly message: Message }) {
  const { messages } = useSession();
  const { conversationId } = useThread();
  const { seq, reactions } = message;
  const wishes = useShownPeople().reacting.get(messageId(conversationId, seq));
  const shown = reactionsShown(reactions, wishes);
  const [asked, setAsked] = useState<{ readonly emoji: string; readonly anchor: HTMLElement } | null>(null);
  if (shown.length === 0) return null;
  const toggle = ({ emoji, mine }: ShownReaction) => void messages.react(conversationId, seq, emoji, !mine);
  return (
    <div className="reactions" role="group" aria-label="Reactions">
      {shown.map((reaction) => (
        <span key={reaction.emoji} className={reaction.mine ? 'reaction own' : 'reaction'}>
          <button
            type="button"
            className="reaction-toggle"
            data-testid="reaction"
            data-emoji={reaction.emoji}
            aria-pressed={reaction.mine}
            aria-label={`${reaction.emoji}, ${reaction.count}${reaction.mine ? ', yours too' : ''}`}
            onClick={() => toggle(reaction)}
          >
            <span aria-hidden="true">{reaction.emoji}</span>
          </button>
          <button
            type="button"
            className="reaction-count"
            data-testid="reaction-count"
            aria-haspopup="dialog"
            aria-label={`${reaction.count}: who reacted with ${reaction.emoji}`}
            title="Who was it?"
            onClick={(event) => setAsked({ emoji: reaction.emoji, anchor: event.currentTarget })}
          >
            {reaction.count}
          </button>
        </span>
      ))}
      <EmojiButton
        label="Add another reaction"
        className="reaction add"
        onChoose={(emoji) => void messages.react(conversationId, seq, emoji, true)}
      />
      {asked && <Reactors seq={seq} {...asked} onClose={() => setAsked(null)} />}
    </div>
  );
}
