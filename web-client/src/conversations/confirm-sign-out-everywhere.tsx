// Signing out everywhere ends other browsers and programs too: asked once, with what it costs.
import { Confirm } from '../overlay/confirm.tsx';

interface ConfirmSignOutEverywhereProps {
  /** Messages of this browser that would be lost. */
  readonly waiting: number;
  /** Rejects when the server could not be told. */
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
}

export function ConfirmSignOutEverywhere({ waiting, onConfirm, onClose }: ConfirmSignOutEverywhereProps) {
  return (
    <Confirm
      title="Sign out everywhere?"
      action="Sign out everywhere"
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <p>Every browser and program in which you are signed in is signed out at once, this one too.</p>
      {waiting > 0 && <p>Messages that were not sent yet from here are lost: {waiting}.</p>}
    </Confirm>
  );
}
