// Skein's identity provider as this page knows it: where it is, who we are to it, and its metadata.
import * as oauth from 'oauth4webapi';

export const scope = 'openid profile offline_access';
export const redirectPath = '/callback';

const answerWithinMs = 15_000;
/** For a device clock that is off and a proxy that hides the Date header. */
const clockToleranceS = 120;

/** On plain http (localhost) the library wants to be told that this is meant. */
export function requestOptions() {
  return {
    signal: () => AbortSignal.timeout(answerWithinMs),
    [oauth.allowInsecureRequests]: location.protocol === 'http:',
  };
}

export interface Provider {
  readonly server: oauth.AuthorizationServer;
  readonly client: oauth.Client;
}

let known: Promise<Provider> | null = null;

/** The page was opened at another address of the server than the one that people can sign in at. */
export class ElsewhereError extends Error {
  override readonly name = 'ElsewhereError';
  /** Origin at which it can be opened. */
  readonly origin: string;

  constructor(origin: string) {
    super(`Sign-in works at ${origin} only. Please open Skein there.`);
    this.origin = origin;
  }
}

/** Rejects with TypeError when the provider cannot be reached now, with ElsewhereError when it serves another address. */
export function provider(): Promise<Provider> {
  known ??= discover().catch((error: unknown) => {
    known = null;
    throw temporary(error);
  });
  return known;
}

async function discover(): Promise<Provider> {
  const issuer = new URL('/oauth', location.origin);
  const response = await oauth.discoveryRequest(issuer, { algorithm: 'oidc', ...requestOptions() });
  const date = Date.parse(response.headers.get('date') ?? '');
  const skewS = Number.isNaN(date) ? 0 : Math.round((date - Date.now()) / 1000);
  const { issuer: itself } = (await response.clone().json()) as { readonly issuer?: unknown };
  const origin = typeof itself === 'string' && URL.canParse(itself) ? new URL(itself).origin : null;
  if (origin !== null && origin !== location.origin) throw new ElsewhereError(origin);
  const server = await oauth.processDiscoveryResponse(issuer, response);
  const client = {
    client_id: 'skein-web',
    [oauth.clockSkew]: skewS,
    [oauth.clockTolerance]: clockToleranceS,
  };
  return { server, client };
}

/**
 * Turns an error into one that the SDK and the pages understand: TypeError means "try again later", anything else is final. Only a clear
 * refusal by the provider (an OAuth error below 500) is final.
 */
export function temporary(error: unknown): Error {
  const refused = error instanceof oauth.ResponseBodyError && error.status < 500 && error.status !== 429;
  const isClear = [oauth.AuthorizationResponseError, ElsewhereError, TypeError].some(
    (kind) => error instanceof kind,
  );
  if (refused || isClear) return error as Error;
  return new TypeError('The sign-in service is not answering.', { cause: error });
}
