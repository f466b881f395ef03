// Ending the sign-in of this browser, or all of them.
import { useState } from 'react';
import { ConfirmLeaving } from './confirm-leaving.tsx';
import type { OnSignedOut } from './use-leaving.ts';
import { useSignOut } from './use-sign-out.tsx';

export function SignOutSetting({ onSignedOut }: { readonly onSignedOut: OnSignedOut }) {
  const { ask, question } = useSignOut(onSignedOut);
  const [endingAll, setEndingAll] = useState(false);
  return (
    <div className="settings-actions">
      <button type="button" className="button" data-testid="leave" onClick={ask}>
        Sign out of this browser
      </button>
      <button
        type="button"
        className="button danger"
        data-testid="sign-out-everywhere"
        onClick={() => setEndingAll(true)}
      >
        Sign out everywhere
      </button>
      {question}
      {endingAll && (
        <ConfirmLeaving everywhere onSignedOut={onSignedOut} onClose={() => setEndingAll(false)} />
      )}
    </div>
  );
}
