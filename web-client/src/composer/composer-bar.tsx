// Above the text: which message is answered, or which one gets new words; and the way out of that.
import { excerptOf } from '../message/quote.tsx';
import { useQuoted } from '../session/messages/use-quoted.ts';
import { useNames } from '../people/use-people.ts';
import { CloseIcon, EditIcon, ReplyIcon } from '../theme/icons.tsx';
import { Name } from '../theme/name.tsx';

interface BarProps {
  readonly conversationId: string;
  readonly seq: number;
  readonly onCancel: () => void;
}

export function ReplyBar({ conversationId, seq, onCancel }: BarProps) {
  const message = useQuoted(conversationId, seq);
  const nameOf = useNames(message ? [message.senderId] : []);
  const name = message ? nameOf(message.senderId) : '';
  return (
    <div className="composer-bar" data-testid="reply-bar">
      <ReplyIcon />
      <p className="names">
        <span className="name">Reply to {name === 'You' ? 'yourself' : <Name>{name}</Name>}</span>
        <span className="handle" dir="auto">
          {message ? excerptOf(message) : message === null ? 'This message is not there any more.' : '…'}
        </span>
      </p>
      <button type="button" className="icon-button small" aria-label="Do not reply" onClick={onCancel}>
        <CloseIcon />
      </button>
    </div>
  );
}

export function EditBar({ onCancel }: { readonly onCancel: () => void }) {
  return (
    <div className="composer-bar" data-testid="edit-bar">
      <EditIcon />
      <p className="names">
        <span className="name">Edit your message</span>
        <span className="handle keyboard-hint">Escape leaves it as it was</span>
      </p>
      <button type="button" className="icon-button small" aria-label="Stop editing" onClick={onCancel}>
        <CloseIcon />
      </button>
    </div>
  );
}
