// A sheet that rises from the bottom of the screen and stays until something is chosen, or it is put away: by a tap
// beside it, by Escape, or by going back.
import './sheet.css';
import { useRef, type MouseEvent, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { useBackCloses } from '../routing/back-closes.ts';
import { useModal } from './dialog.tsx';

interface SheetProps {
  readonly label: string;
  readonly testId: string;
  readonly onClose: () => void;
  /** @param closing closes the sheet, then does something */
  readonly children: (closing: (then: () => void) => void) => ReactNode;
}

/** Rendered by a component that has called `stepOver`. */
export function Sheet({ label, testId, onClose, children }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  /** The finger that held on may be lifted over the sheet or beside it: that is no tap. */
  const pressed = useRef<EventTarget | null>(null);
  const next = useRef<(() => void) | null>(null);
  useModal(dialog);
  const close = useBackCloses(() => {
    // The focus is the page's again before anything happens there.
    flushSync(onClose);
    next.current?.();
  });
  const tapped = ({ target }: MouseEvent) => {
    if (target === dialog.current && pressed.current === target) close();
    pressed.current = null;
  };
  return (
    <dialog
      ref={dialog}
      className="sheet"
      aria-label={label}
      data-testid={testId}
      onPointerDown={(event) => {
        event.stopPropagation();
        pressed.current = event.target;
      }}
      onTouchEnd={(event) => event.stopPropagation()}
      onClick={tapped}
      onContextMenu={(event) => event.preventDefault()}
      onCancel={(event) => {
        if (event.target !== dialog.current) return;
        event.preventDefault();
        close();
      }}
    >
      {children((then) => {
        next.current = then;
        close();
      })}
    </dialog>
  );
}
