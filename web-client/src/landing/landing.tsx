// Page for people who are not signed in: what Skein is, and the way in.
import './landing.css';
import { useEffect, useState, type ReactNode } from 'react';
import { ElsewhereError } from '../session/account/provider.ts';
import { beginSignIn, signInFailure } from '../session/account/sign-in.ts';
import { useRoute, type Route } from '../routing/location.ts';
import { Name } from '../theme/name.tsx';
import { Wordmark, YarnPicture } from '../theme/yarn.tsx';
import { useGlimpse, type Glimpse } from './use-glimpse.ts';

const picture = { width: 1600, height: 280, strands: 9, halfTurns: 11, looseUntil: 0.72, twistHeight: 0.34 };

/** The place that the address names, for who has to sign in first. */
const sentences: Readonly<Partial<Record<Route['name'], string>>> = {
  nowhere: 'There is nothing at this address.',
  join: 'You are invited to a group here. Sign in or create an account: you see the group before you join it.',
};

export function Landing({ reason }: { readonly reason: string | null }) {
  const [leaving, setLeaving] = useState(false);
  const [failure, setFailure] = useState<ReactNode>(null);
  useEffect(() => {
    document.title = 'Skein';
  }, []);

  const begin = (create: boolean) => {
    setLeaving(true);
    setFailure(null);
    beginSignIn(create).catch((error: unknown) => {
      setLeaving(false);
      setFailure(
        error instanceof ElsewhereError ? <Elsewhere origin={error.origin} /> : signInFailure(error),
      );
    });
  };
  const route = useRoute();
  const glimpse = useGlimpse();
  const place = glimpse === null ? sentences[route.name] : <Invitation glimpse={glimpse} />;
  const message = failure ?? reason ?? place ?? insecure();

  return (
    <main className="landing">
      <div className="landing-words">
        <h1>
          <Wordmark />
        </h1>
        <p className="landing-sentence">Messages that arrive once, in order, on a server of your own.</p>
        <div className="landing-actions">
          <button
            type="button"
            className="button primary"
            data-testid="sign-in"
            disabled={leaving}
            onClick={() => begin(false)}
          >
            Sign in
          </button>
          <button
            type="button"
            className="button"
            data-testid="sign-up"
            disabled={leaving}
            onClick={() => begin(true)}
          >
            Create an account
          </button>
        </div>
        <p className="landing-reason" role="status">
          {message}
        </p>
      </div>
      <YarnPicture className="landing-yarn" strokeWidth={1.8} {...picture} />
    </main>
  );
}

function Invitation({ glimpse }: { readonly glimpse: Glimpse | 'void' }) {
  if (glimpse === 'void') return 'This invitation is not valid any more. Ask for a new one.';
  const { name, memberCount } = glimpse;
  return (
    <>
      You are invited to the group “<Name>{name}</Name>” (
      {memberCount === 1 ? 'one member' : `${memberCount} members`}). Sign in or create an account: you see
      more of it before you join.
    </>
  );
}

/** Names the address that works, with the place that was opened. */
function Elsewhere({ origin }: { readonly origin: string }) {
  return (
    <>
      You can sign in at{' '}
      <a href={origin + location.pathname + location.search} data-testid="elsewhere">
        {origin}
      </a>{' '}
      only. Please open Skein there.
    </>
  );
}

/** Keys and sign-in need the browser's cryptography, which it offers on https and localhost only. */
function insecure(): string | null {
  return window.isSecureContext ? null : 'This page needs https. Ask whoever runs this server.';
}
