// A modal dialog: the browser keeps the focus inside and closes it on Escape; we give it a title, a way out, and bring
// the focus back to where it was.
import './overlay.css';
import { useEffect, useId, useRef, type MouseEvent, type ReactNode, type RefObject } from 'react';
import { CloseIcon } from '../theme/icons.tsx';
import { Sentence } from '../theme/name.tsx';

interface DialogProps {
  /** Names in it are `isolated`. */
  readonly title: string;
  readonly onClose: () => void;
  /** Something is under way that closing would leave in the dark. */
  readonly busy?: boolean;
  readonly children: ReactNode;
}

/** The first element with `data-autofocus` has the focus at the beginning. */
export function Dialog({ title, onClose, busy = false, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useModal(dialog);
  // A press that begins inside and ends outside, as when text is selected, closes nothing.
  const pressed = (event: MouseEvent) => {
    if (event.target === dialog.current && !busy) onClose();
  };
  return (
    <dialog
      className="dialog"
      ref={dialog}
      aria-labelledby={titleId}
      aria-busy={busy}
      onMouseDown={pressed}
      onCancel={(event) => {
        // A field may use Escape for itself, and a file chooser tells of its own cancelling.
        if (event.target !== dialog.current) return;
        event.preventDefault();
        if (!busy) onClose();
      }}
    >
      <div className="dialog-content">
        <header className="dialog-head">
          <h2 id={titleId}>
            <Sentence>{title}</Sentence>
          </h2>
          <button
            type="button"
            className="icon-button"
            aria-label="Close"
            title="Close"
            disabled={busy}
            onClick={onClose}
          >
            <CloseIcon />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

export function useModal(dialog: RefObject<HTMLDialogElement | null>): void {
  useEffect(() => {
    const element = dialog.current!;
    const before = document.activeElement as HTMLElement | null;
    element.showModal();
    element.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    return () => {
      element.close();
      if (before?.isConnected) before.focus({ preventScroll: true });
    };
  }, [dialog]);
}
