// The authorization code flow with PKCE (ACC-1): away to the identity provider, and back with a code.
import * as oauth from 'oauth4webapi';
import { sessionFrom } from './access-tokens.ts';
import { provider, redirectPath, requestOptions, scope } from './provider.ts';
import { saveSession } from './session-storage.ts';

/** Kept by this tab while the person is at the provider. */
interface Attempt {
  readonly state: string;
  readonly verifier: string;
  readonly returnTo: string;
}

const item = 'skein.sign-in';

/** Leaves the page. */
export async function beginSignIn(create: boolean): Promise<void> {
  const { server } = await provider();
  const attempt: Attempt = {
    state: oauth.generateRandomState(),
    verifier: oauth.generateRandomCodeVerifier(),
    returnTo: location.pathname === redirectPath ? '/' : location.pathname + location.search,
  };
  sessionStorage.setItem(item, JSON.stringify(attempt));
  const url = new URL(server.authorization_endpoint!);
  const parameters: Record<string, string> = {
    client_id: 'skein-web',
    response_type: 'code',
    redirect_uri: location.origin + redirectPath,
    scope,
    state: attempt.state,
    code_challenge: await oauth.calculatePKCECodeChallenge(attempt.verifier),
    code_challenge_method: 'S256',
  };
  const prompts = server['prompt_values_supported'];
  if (create && Array.isArray(prompts) && prompts.includes('create')) parameters['prompt'] = 'create';
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  location.assign(url);
}

/** Finishes what the provider sent back; answers the path to return to. */
export async function completeSignIn(): Promise<string> {
  const text = sessionStorage.getItem(item);
  if (text === null) throw new Error('This sign-in was begun elsewhere. Please sign in again.');
  sessionStorage.removeItem(item); // a code works once
  const attempt = JSON.parse(text) as Attempt;
  const { server, client } = await provider();
  const parameters = oauth.validateAuthResponse(server, client, new URL(location.href), attempt.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    location.origin + redirectPath,
    attempt.verifier,
    requestOptions(),
  );
  const answer = await oauth.processAuthorizationCodeResponse(server, client, response, {
    requireIdToken: true,
  });
  saveSession(sessionFrom(answer, null));
  return attempt.returnTo;
}

/** A sentence for a person, from whatever went wrong on the way. */
export function signInFailure(error: unknown): string {
  if (error instanceof oauth.AuthorizationResponseError) {
    if (error.error === 'access_denied') return 'Sign-in was cancelled.';
    return error.error_description ?? 'The identity provider refused the sign-in.';
  }
  if (error instanceof TypeError) return 'The sign-in service cannot be reached. Please try again.';
  if (error instanceof Error && !('code' in error)) return error.message;
  return 'Sign-in did not succeed. Please try again.';
}
