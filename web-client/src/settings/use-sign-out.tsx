// Signing out of this browser: at once, or after a question when something would be lost.
import { useState, type ReactNode } from 'react';
import { ConfirmLeaving } from './confirm-leaving.tsx';
import { losses, useLeaving, type OnSignedOut } from './use-leaving.ts';

/** @returns `question` is to be shown wherever `ask` is called from */
export function useSignOut(onSignedOut: OnSignedOut): {
  readonly ask: () => void;
  readonly question: ReactNode;
} {
  const { atStake, leave } = useLeaving(onSignedOut);
  const [asking, setAsking] = useState(false);
  const ask = () => (losses(atStake()).length > 0 ? setAsking(true) : void leave());
  const question = asking && (
    <ConfirmLeaving everywhere={false} onSignedOut={onSignedOut} onClose={() => setAsking(false)} />
  );
  return { ask, question };
}
