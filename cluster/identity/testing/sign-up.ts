// Signs people up and in over HTTP against a running server, the way a browser would: authorization code with PKCE,
// through the HTML forms. Works through the gateway as well as on the identity process alone.
import { createHash, randomBytes } from 'node:crypto';
import { HttpBrowser, formIn, linkIn } from './browser.ts';
import type { Visited } from './browser.ts';

export interface NewPerson {
  readonly handle: string;
  readonly displayName: string;
  readonly password: string;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly idToken: string;
  readonly userId: string;
}

export interface Authorization {
  readonly browser: HttpBrowser;
  readonly publicUrl: string;
  readonly verifier: string;
  readonly state: string;
}

const clientId = 'skein-web';

export async function signUp(publicUrl: string, person: NewPerson, browser?: HttpBrowser): Promise<Tokens> {
  const { authorization, page } = await beginSignIn(publicUrl, {}, browser);
  const form = await authorization.browser.get(linkIn(page, 'Create an account'));
  const { handle, displayName, password } = person;
  return finish(authorization, form, { handle, display_name: displayName, password });
}

export async function signIn(
  publicUrl: string,
  { handle, password }: Pick<NewPerson, 'handle' | 'password'>,
  browser?: HttpBrowser,
): Promise<Tokens> {
  const { authorization, page } = await beginSignIn(publicUrl, {}, browser);
  return finish(authorization, page, { handle, password });
}

/** Asks for an authorization and follows to the sign-in page; `extra` parameters override the usual ones. */
export async function beginSignIn(
  publicUrl: string,
  extra: Readonly<Record<string, string | undefined>> = {},
  browser: HttpBrowser = new HttpBrowser(publicUrl),
): Promise<{ authorization: Authorization; page: Visited }> {
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(12).toString('base64url');
  const parameters: Record<string, string | undefined> = {
    client_id: clientId,
    response_type: 'code',
    redirect_uri: `${publicUrl}/callback`,
    scope: 'openid profile offline_access',
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...extra,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value);
  const page = await browser.follow(await browser.get(`${publicUrl}/oauth/auth?${query}`), isCallback);
  return { authorization: { browser, publicUrl, verifier, state }, page };
}

/** Posts the page's form and follows to the callback; throws with the page's own words when it does not get there. */
export async function finish(
  authorization: Authorization,
  page: Visited,
  fields: Readonly<Record<string, string>>,
): Promise<Tokens> {
  const { browser } = authorization;
  const end = await browser.follow(await browser.submit(formIn(page), fields), isCallback);
  return redeem(authorization, end);
}

export async function redeem({ publicUrl, verifier, state }: Authorization, end: Visited): Promise<Tokens> {
  const callback = new URL(end.url);
  const code = callback.searchParams.get('code');
  if (code === null) throw new Error(`No code (${end.status}): ${wordsOf(end)}`);
  if (callback.searchParams.get('state') !== state) throw new Error('The state did not come back.');
  const answer = await requestTokens(publicUrl, {
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: `${publicUrl}/callback`,
  });
  return readTokens(answer);
}

export async function refresh(publicUrl: string, refreshToken: string): Promise<Tokens> {
  return readTokens(
    await requestTokens(publicUrl, { grant_type: 'refresh_token', refresh_token: refreshToken }),
  );
}

/** One request to the token endpoint, whatever comes of it. */
export async function requestTokens(
  publicUrl: string,
  fields: Readonly<Record<string, string>>,
): Promise<{ status: number; body: Readonly<Record<string, unknown>> }> {
  const response = await fetch(`${publicUrl}/oauth/token`, {
    method: 'POST',
    headers: { accept: 'application/json', origin: publicUrl },
    body: new URLSearchParams({ client_id: clientId, ...fields }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

function readTokens({ status, body }: Awaited<ReturnType<typeof requestTokens>>): Tokens {
  const { access_token: accessToken, refresh_token: refreshToken, id_token: idToken } = body;
  if (typeof accessToken !== 'string' || typeof refreshToken !== 'string' || typeof idToken !== 'string') {
    throw new Error(
      `No tokens (${status}): ${JSON.stringify(body['error'])} ${JSON.stringify(body['error_description'])}`,
    );
  }
  return { accessToken, refreshToken, idToken, userId: subjectOf(accessToken) };
}

function subjectOf(token: string): string {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    sub: string;
  };
  return claims.sub;
}

export function isCallback(url: string): boolean {
  return new URL(url).pathname === '/callback';
}

/** Words of a page, without its markup. */
export function wordsOf(page: Visited): string {
  const main = /<main>([\s\S]*)<\/main>/.exec(page.body)?.[1] ?? page.body;
  return main
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 400);
}
