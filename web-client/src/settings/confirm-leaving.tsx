// Signing out forgets what was not sent, and everywhere ends other browsers and programs too: asked, with what it costs.
import { Confirm } from '../overlay/confirm.tsx';
import { losses, useLeaving, type OnSignedOut } from './use-leaving.ts';

interface ConfirmLeavingProps {
  readonly everywhere: boolean;
  readonly onSignedOut: OnSignedOut;
  readonly onClose: () => void;
}

export function ConfirmLeaving({ everywhere, onSignedOut, onClose }: ConfirmLeavingProps) {
  const { atStake, leave, leaveEverywhere } = useLeaving(onSignedOut);
  return (
    <Confirm
      title={everywhere ? 'Sign out everywhere?' : 'Sign out?'}
      action={everywhere ? 'Sign out everywhere' : 'Sign out anyway'}
      onConfirm={everywhere ? leaveEverywhere : leave}
      onClose={onClose}
    >
      {everywhere && (
        <p>Every browser and program in which you are signed in is signed out at once, this one too.</p>
      )}
      {losses(atStake()).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </Confirm>
  );
}
