// Access tokens for the SDK. A refresh token may be used once: its second use looks like theft and ends the session.
// So all tabs refresh under one lock, and whoever gets the lock first looks whether another tab has done the work.
import * as oauth from 'oauth4webapi';
import { limits } from '../../../../protocol/limits.ts';
import { provider, requestOptions, temporary } from './provider.ts';
import { clearSession, loadSession, saveSession, type Session } from './session-storage.ts';

/** A token with less than this left is not worth handing out: the server would ask for the next one at once. */
const usableForMs = limits.reauthenticateNoticeMs + 30_000;

export class SignedOutError extends Error {
  override readonly name = 'SignedOutError';
}

export class AccessTokens {
  readonly #userId: string;
  /** The token the SDK has, so that `stale` can be told from "another tab has a newer one". */
  #handed: string | null = null;

  /** Of this account alone: a tab that still has it must not go on as whoever signs in at another tab. */
  constructor(userId: string) {
    this.#userId = userId;
  }

  /** Rejects with TypeError when it may work later, with SignedOutError when nobody is signed in any more. */
  readonly token = async (stale: boolean): Promise<string> => {
    const session = this.#usable(stale) ?? (await this.#refreshed(stale));
    this.#handed = session.accessToken;
    return session.accessToken;
  };

  #usable(stale: boolean): Session | null {
    const session = sessionOf(this.#userId);
    if (stale && session.accessToken === this.#handed) return null;
    return session.expiresAtMs - Date.now() > usableForMs ? session : null;
  }

  async #refreshed(stale: boolean): Promise<Session> {
    return navigator.locks.request(
      'skein.refresh',
      async () => this.#usable(stale) ?? (await refresh(this.#userId)),
    );
  }
}

async function refresh(userId: string): Promise<Session> {
  const session = sessionOf(userId);
  if (session.refreshToken === null) return end(userId, 'Your session has ended. Please sign in again.');
  try {
    const { server, client } = await provider();
    const response = await oauth.refreshTokenGrantRequest(
      server,
      client,
      oauth.None(),
      session.refreshToken,
      requestOptions(),
    );
    const answer = await oauth.processRefreshTokenResponse(server, client, response);
    const fresh = sessionFrom(answer, session);
    // Someone may have signed out, or another one in, while the answer was on its way.
    sessionOf(userId);
    saveSession(fresh);
    return fresh;
  } catch (error) {
    if (error instanceof SignedOutError) throw error;
    const cause = temporary(error);
    if (cause instanceof TypeError) throw cause;
    return end(userId, 'Your session has ended. Please sign in again.');
  }
}

function sessionOf(userId: string): Session {
  const session = loadSession();
  if (session?.userId !== userId) throw new SignedOutError('You are signed out.');
  return session;
}

function end(userId: string, reason: string): never {
  if (loadSession()?.userId === userId) clearSession();
  throw new SignedOutError(reason);
}

/** @param before what stays as it was when the answer does not mention it */
export function sessionFrom(answer: oauth.TokenEndpointResponse, before: Session | null): Session {
  const userId = oauth.getValidatedIdTokenClaims(answer)?.sub ?? before?.userId;
  if (userId === undefined) throw new Error('The identity provider did not say who signed in.');
  return {
    userId,
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token ?? before?.refreshToken ?? null,
    idToken: answer.id_token ?? before?.idToken ?? null,
    expiresAtMs: Date.now() + (answer.expires_in ?? 300) * 1000,
  };
}
