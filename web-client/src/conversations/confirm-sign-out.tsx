// Signing out forgets what was not sent yet: the person should know.
import { useEffect, useRef } from 'react';

interface ConfirmSignOutProps {
  readonly waiting: number;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

export function ConfirmSignOut({ waiting, onConfirm, onCancel }: ConfirmSignOutProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const messages = waiting === 1 ? 'One message has' : `${waiting} messages have`;
  return (
    <dialog className="confirm" ref={dialog} onClose={onCancel} aria-labelledby="confirm-sign-out">
      <p id="confirm-sign-out">{messages} not been sent yet and would be lost.</p>
      <div className="confirm-actions">
        <button type="button" className="button" onClick={onCancel} autoFocus>
          Stay
        </button>
        <button type="button" className="button danger" onClick={onConfirm}>
          Sign out anyway
        </button>
      </div>
    </dialog>
  );
}
