// Where messages are written. Enter sends, Shift+Enter begins a line; what is begun stays as a draft.
import './composer.css';
import { useEffect, useId, useLayoutEffect, useRef, type KeyboardEvent } from 'react';
import { SendIcon } from '../theme/icons.tsx';
import { bodySize, trimBody } from './body-size.ts';
import { useWriting } from './use-writing.ts';

interface ComposerProps {
  readonly conversationId: string;
  readonly peerName: string;
}

export function Composer({ conversationId, peerName }: ComposerProps) {
  const writing = useWriting(conversationId);
  const { text, refusal, change } = writing;
  const area = useRef<HTMLTextAreaElement>(null);
  const counterId = useId();
  const body = trimBody(text);
  const size = bodySize(body);
  const sendable = body !== '' && !size.over;

  useLayoutEffect(() => grow(area.current!), [text]);
  useEffect(() => {
    if (matchMedia('(hover: hover)').matches) area.current?.focus();
  }, []);

  const send = () => {
    if (!sendable) return;
    writing.send(body);
    area.current?.focus();
  };
  const pressed = (event: KeyboardEvent) => {
    // An input method's Enter chooses a word.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="composer-field">
        <textarea
          ref={area}
          data-testid="composer"
          aria-label={`Message to ${peerName}`}
          aria-describedby={size.near ? counterId : undefined}
          aria-invalid={size.over}
          placeholder={`Message ${peerName}`}
          rows={1}
          enterKeyHint="send"
          value={text}
          onChange={(event) => change(event.target.value)}
          onKeyDown={pressed}
        />
        {refusal !== null && (
          <span className="counter over" role="alert" data-testid="send-refusal">
            Not sent. {refusal}
          </span>
        )}
        {size.near && refusal === null && (
          <span id={counterId} className={size.over ? 'counter over' : 'counter'} aria-live="polite">
            {size.over ? `${-size.bytesLeft} bytes too long` : `${size.bytesLeft} bytes left`}
          </span>
        )}
      </div>
      <button type="submit" className="send" data-testid="send" aria-label="Send" disabled={!sendable}>
        <SendIcon />
      </button>
    </form>
  );
}

/** As high as its text; the style sheet says how high at most. */
function grow(area: HTMLTextAreaElement): void {
  area.style.height = 'auto';
  area.style.height = `${area.scrollHeight}px`;
}
