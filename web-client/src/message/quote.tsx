// The message that another one answers: its author and its beginning. A click leads there.
import { cutTo } from '../../../protocol/text/graphemes.ts';
import { useNames } from '../people/use-people.ts';
import type { Message } from '../store/message.ts';
import { useThread } from './thread-context.ts';
import { useQuoted } from './use-quoted.ts';

const excerptLengthMax = 140;

export function Quote({ seq }: { readonly seq: number }) {
  const { conversationId, jump } = useThread();
  const message = useQuoted(conversationId, seq);
  const nameOf = useNames(message ? [message.senderId] : []);
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
