// Signed out, on the way in, or in: one page each.
import { useCallback, useSyncExternalStore } from 'react';
import type { Account } from '../session/account/account.ts';
import { SignedIn } from './signed-in.tsx';
import { Landing } from '../landing/landing.tsx';
import { Notice } from '../landing/notice.tsx';

export function App({ account }: { readonly account: Account }) {
  const state = useSyncExternalStore(account.subscribe, account.get);
  const onSignedOut = useCallback((reason: string | null) => account.ended(reason), [account]);
  switch (state.name) {
    case 'completing':
      return <Notice title="Signing you in…" busy />;
    case 'signed_out':
      return <Landing reason={state.reason} />;
    case 'signed_in':
      return <SignedIn key={state.userId} userId={state.userId} onSignedOut={onSignedOut} />;
  }
}
