// The message that another one answers: its author and its beginning. A click leads there.
import { cutTo } from '../../../protocol/text/graphemes.ts';
import type { Message } from '../store/message.ts';
import { useShownPeople } from './shown-people.ts';
import { useThread } from './thread-context.ts';

const excerptLengthMax = 140;

interface QuoteProps {
  readonly seq: number;
  /** Undefined while it is not known; null when there is none for this person. */
  readonly message: Message | null | undefined;
}

export function Quote({ seq, message }: QuoteProps) {
  const { jump } = useThread();
  const { nameOf } = useShownPeople();
  if (message === null) return <p className="quote gone">This message is not there any more.</p>;
  return (
    <button
      type="button"
      className={message?.deleted ? 'quote gone' : 'quote'}
      data-testid="quote"
      onClick={() => jump(seq)}
    >
      <span className="visually-hidden">In answer to </span>
      <span className="quote-author">{message ? nameOf(message.senderId) : ' '}</span>
      <span className="quote-text" dir="auto">
        {message ? excerptOf(message) : '…'}
      </span>
    </button>
  );
}

export function excerptOf({ deleted, body, attachments }: Message): string {
  if (deleted) return 'This message was deleted';
  const line = body.replaceAll(/\s+/g, ' ').trim();
  if (line !== '') return line.length > excerptLengthMax ? `${cutTo(line, excerptLengthMax)}…` : line;
  return attachments.length === 1 ? attachments[0]!.name : `${attachments.length} files`;
}
