// A line above the composer: why something was not sent, what sending waits for, or how little room is left.
import type { BodySize } from '../session/writing/body-size.ts';
import type { WritingState } from '../session/writing/writing.ts';

interface ComposerNoteProps {
  readonly id: string;
  readonly size: BodySize;
  readonly state: WritingState;
  readonly onHold: () => void;
}

export function ComposerNote({ id, size, state: { refusal, waitsFor }, onHold }: ComposerNoteProps) {
  if (refusal !== null) {
    return (
      <span id={id} className="counter over" role="alert" data-testid="send-refusal">
        {refusal}
      </span>
    );
  }
  if (waitsFor === 'files') {
    return (
      <span id={id} className="counter" role="status" data-testid="waits-for-files">
        Sends once the files are uploaded.{' '}
        <button type="button" className="link" onClick={onHold}>
          Keep writing
        </button>
      </span>
    );
  }
  if (!size.near) return null;
  return (
    <span id={id} className={size.over ? 'counter over' : 'counter'} aria-live="polite">
      {size.over ? `${-size.bytesLeft} bytes too long` : `${size.bytesLeft} bytes left`}
    </span>
  );
}
