// A button that offers the emoji.
import { useState } from 'react';
import { SmileIcon } from '../theme/icons.tsx';
import { EmojiPicker } from './emoji-picker.tsx';

interface EmojiButtonProps {
  readonly label: string;
  readonly className: string;
  readonly testId?: string;
  readonly onChoose: (emoji: string) => void;
}

export function EmojiButton({ label, className, testId = 'add-reaction', onChoose }: EmojiButtonProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <button
        type="button"
        className={className}
        data-testid={testId}
        aria-label={label}
        title={label}
        aria-haspopup="dialog"
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <SmileIcon />
      </button>
      {anchor && (
        <EmojiPicker
          anchor={anchor}
          onClose={() => setAnchor(null)}
          onChoose={(emoji) => {
            setAnchor(null);
            onChoose(emoji);
          }}
        />
      )}
    </>
  );
}
