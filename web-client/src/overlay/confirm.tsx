// A question before something that cannot be taken back. The focus begins on the way out.
import { useState, type ReactNode } from 'react';
import { Dialog } from './dialog.tsx';
import { saySo } from '../session/say-so.ts';

interface ConfirmProps {
  readonly title: string;
  readonly children: ReactNode;
  /** The action, as the words of its button. */
  readonly action: string;
  readonly enabled?: boolean;
  /** Rejects when it did not succeed; the reason is shown, and the dialog stays. */
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
}

export function Confirm({ title, children, action, enabled = true, onConfirm, onClose }: ConfirmProps) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const confirm = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setFailure(saySo(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose} busy={busy}>
      <div className="dialog-words">{children}</div>
      {failure !== null && (
        <p className="dialog-failure" role="alert">
          {failure}
        </p>
      )}
      <div className="dialog-actions">
        <button type="button" className="button" data-autofocus disabled={busy} onClick={onClose}>
          Cancel
        </button>
        <button
          type="button"
          className="button danger"
          data-testid="confirm"
          disabled={busy || !enabled}
          onClick={() => void confirm()}
        >
          {action}
        </button>
      </div>
    </Dialog>
  );
}
