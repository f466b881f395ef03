// ACC-1 as a browser lives it: from the first redirect to a token, and every way it must be refused.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { Client } from 'pg';
import { acquireServices } from '../../ops/testing/services.ts';
import type { TestServices } from '../../ops/testing/services.ts';
import { HttpBrowser, formIn, linkIn } from './testing/browser.ts';
import { runIdentity } from './testing/running-identity.ts';
import type { RunningIdentity } from './testing/running-identity.ts';
import {
  beginSignIn,
  finish,
  redeem,
  refresh,
  requestTokens,
  signIn,
  signUp,
  wordsOf,
} from './testing/sign-up.ts';

const password = 'correct horse battery';
let services: TestServices;
let identity: RunningIdentity;
let publicUrl: string;
let count = 0;

function person(prefix = 'auth') {
  count += 1;
  return { handle: `${prefix}_${count}`, displayName: `Person ${count}`, password };
}

before(async () => {
  services = await acquireServices();
  identity = await runIdentity(services.databaseUrl);
  publicUrl = identity.publicUrl;
});

after(async () => {
  await identity?.close();
  await services?.stop();
});

void describe('tokens', () => {
  void test('[ACC-1] code and PKCE through the forms give a JWT of one hour that the JWKS verifies', async () => {
    const someone = person();
    const tokens = await signUp(publicUrl, someone);
    const discovery = await fetch(`${identity.issuer}/.well-known/openid-configuration`);
    const { issuer, jwks_uri: jwksUri } = (await discovery.json()) as { issuer: string; jwks_uri: string };
    assert.equal(issuer, `${publicUrl}/oauth`);
    const keys = createRemoteJWKSet(new URL(jwksUri));
    const { payload, protectedHeader } = await jwtVerify(tokens.accessToken, keys, {
      issuer,
      audience: 'skein',
      typ: 'at+jwt',
    });
    assert.equal(protectedHeader.alg, 'ES256');
    assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 3_600);
    assert.match(payload.sub ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(payload['handle'], someone.handle);
    assert.equal(payload['name'], undefined);
    const { payload: claims } = await jwtVerify(tokens.idToken, keys, { issuer, audience: 'skein-web' });
    assert.equal(claims.sub, payload.sub);
    assert.equal(claims['name'], someone.displayName);
    assert.equal(claims['preferred_username'], someone.handle);
  });

  void test('[ACC-1] signing in later gives the same subject', async () => {
    const someone = person();
    const first = await signUp(publicUrl, someone);
    const second = await signIn(publicUrl, { ...someone, handle: someone.handle.toUpperCase() });
    assert.equal(second.userId, first.userId);
  });

  void test('[ACC-1] a second identity process issues what the first verifies', async () => {
    const someone = person();
    const { userId } = await signUp(publicUrl, someone);
    const [left, right] = await Promise.all([
      runIdentity(services.databaseUrl),
      runIdentity(services.databaseUrl),
    ]);
    try {
      const { accessToken } = await signIn(left.publicUrl, someone);
      const keys = createRemoteJWKSet(new URL(`${right.issuer}/jwks`));
      const { payload } = await jwtVerify(accessToken, keys, { audience: 'skein' });
      assert.equal(payload.sub, userId);
    } finally {
      await Promise.all([left.close(), right.close()]);
    }
  });

  void test('[ACC-1] the JWKS holds no private key', async () => {
    const { keys } = (await (await fetch(`${identity.issuer}/jwks`)).json()) as {
      keys: Record<string, unknown>[];
    };
    assert.equal(keys.length, 1);
    assert.equal(keys[0]?.['d'], undefined);
  });
});

void describe('authorization requests', () => {
  void test('[ACC-1] no PKCE, no code', async () => {
    const missing = { code_challenge: undefined, code_challenge_method: undefined };
    const { page } = await beginSignIn(publicUrl, missing);
    assert.equal(new URL(page.url).searchParams.get('error'), 'invalid_request');
    const { page: plain } = await beginSignIn(publicUrl, { code_challenge_method: 'plain' });
    assert.equal(new URL(plain.url).searchParams.get('error'), 'invalid_request');
  });

  void test('[ACC-1] a code is worth nothing without its verifier, and nothing twice', async () => {
    const { authorization, page } = await beginSignIn(publicUrl);
    const { browser } = authorization;
    const form = await browser.get(linkIn(page, 'Create an account'));
    const { handle, displayName } = person();
    const posted = await browser.submit(formIn(form), { handle, display_name: displayName, password });
    const end = await browser.follow(posted, (url) => url.includes('/callback?'));
    await assert.rejects(redeem({ ...authorization, verifier: 'x'.repeat(43) }, end), /invalid_grant/);
    const tokens = await redeem(authorization, end);
    await assert.rejects(redeem(authorization, end), /invalid_grant/);
    // The second sender may be the thief: the tokens of the first one end too.
    await assert.rejects(refresh(publicUrl, tokens.refreshToken), /invalid_grant/);
  });

  void test('[ACC-1] an address that is not registered gets no redirect', async () => {
    const { page } = await beginSignIn(publicUrl, { redirect_uri: 'https://elsewhere.example/callback' });
    assert.equal(page.status, 400);
    assert.match(wordsOf(page), /invalid_redirect_uri/);
  });

  void test('[ACC-1] the command line client gets its code on any loopback port', async () => {
    const redirect = 'http://127.0.0.1:53217/callback';
    const { authorization, page } = await beginSignIn(publicUrl, {
      client_id: 'skein-cli',
      redirect_uri: redirect,
    });
    assert.match(
      page.headers.get('content-security-policy') ?? '',
      /form-action 'self' http:\/\/127\.0\.0\.1:53217;/,
    );
    const form = await authorization.browser.get(linkIn(page, 'Create an account'));
    const { handle, displayName } = person();
    const fields = { handle, display_name: displayName, password };
    const posted = await authorization.browser.submit(formIn(form), fields);
    const end = await authorization.browser.follow(posted, (url) => url.startsWith(redirect));
    const answer = await requestTokens(publicUrl, {
      client_id: 'skein-cli',
      grant_type: 'authorization_code',
      code: new URL(end.url).searchParams.get('code') ?? '',
      code_verifier: authorization.verifier,
      redirect_uri: redirect,
    });
    assert.equal(answer.status, 200);
    assert.equal(decodeJwt(String(answer.body['access_token'])).aud, 'skein');
  });

  void test('[ACC-1] a signed-in person is asked before a program of their machine gets a code', async () => {
    const redirect = 'http://127.0.0.1:53218/callback';
    const browser = new HttpBrowser(publicUrl);
    const { handle, displayName } = person();
    await signUp(publicUrl, { handle, displayName, password }, browser);
    const asked = { client_id: 'skein-cli', redirect_uri: redirect };
    const ends = (url: string) => url.startsWith(redirect);
    const answer = async (given: string) => {
      const { page } = await beginSignIn(publicUrl, asked, browser);
      assert.equal(page.status, 200);
      assert.match(wordsOf(page), new RegExp(`Sign Skein CLI in\\? .* @${handle}`));
      const posted = await browser.submit(formIn(page), { answer: given });
      return new URL((await browser.follow(posted, ends)).url).searchParams;
    };
    assert.equal((await answer('no')).get('error'), 'access_denied');
    assert.equal((await answer('anything else')).get('error'), 'access_denied');
    assert.ok((await answer('yes')).get('code'));
    // The yes was for that one request.
    assert.equal((await answer('no')).get('error'), 'access_denied');
  });

  void test('[ACC-1] the database holds nothing that signs anyone in', async () => {
    const browser = new HttpBrowser(publicUrl);
    const { handle, displayName } = person();
    const tokens = await signUp(publicUrl, { handle, displayName, password }, browser);
    await beginSignIn(publicUrl, { prompt: 'login' }, browser);
    const database = new Client(services.databaseUrl);
    await database.connect();
    const { rows } = await database.query<{ row: string }>('select d::text as row from identity_documents d');
    await database.end();
    const stored = rows.map(({ row }) => row).join('\n');
    const presented = [tokens.refreshToken, browser.cookie('skein_session')];
    assert.ok(rows.length >= 3 && stored.includes(tokens.userId));
    for (const value of presented) {
      assert.ok(value.length > 20);
      assert.equal(stored.includes(value), false);
    }
    await refresh(publicUrl, tokens.refreshToken);
  });

  void test('[ACC-1] prompt=create opens the sign-up form, and a login hint fills the sign-in form', async () => {
    const { authorization, page } = await beginSignIn(publicUrl, { prompt: 'create' });
    const { handle, displayName } = person();
    const tokens = await finish(authorization, page, { handle, display_name: displayName, password });
    assert.equal(decodeJwt(tokens.accessToken)['handle'], handle);
    const { page: hinted } = await beginSignIn(publicUrl, { login_hint: `@${handle}` });
    assert.match(hinted.body, new RegExp(`value="${handle}"`));
  });

  void test('[ACC-1] discovery announces the prompts, so that clients know they may ask for create', async () => {
    const answer = await fetch(`${identity.issuer}/.well-known/openid-configuration`);
    const { prompt_values_supported: prompts } = (await answer.json()) as {
      prompt_values_supported: unknown;
    };
    assert.deepEqual(prompts, ['none', 'login', 'create']);
  });

  void test('[ACC-1] the public address comes from the settings, whatever Host says', async () => {
    const answer = await fetch(`${identity.issuer}/.well-known/openid-configuration`, {
      headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    });
    const { token_endpoint: endpoint } = (await answer.json()) as { token_endpoint: string };
    assert.equal(endpoint, `${identity.issuer}/token`);
  });

  void test('[ACC-1] the token endpoint answers browsers of our own origin only', async () => {
    const { refreshToken } = await signUp(publicUrl, person());
    const ask = (origin: string) =>
      fetch(`${identity.issuer}/token`, {
        method: 'POST',
        headers: { origin },
        body: new URLSearchParams({
          client_id: 'skein-web',
          grant_type: 'refresh_token',
          refresh_token: refreshToken,
        }),
      });
    assert.equal((await ask('https://evil.example')).status, 400);
    assert.equal((await ask(publicUrl)).status, 200);
  });
});

void describe('refresh tokens', () => {
  void test('[ACC-1] they rotate', async () => {
    const first = await signUp(publicUrl, person());
    const second = await refresh(publicUrl, first.refreshToken);
    const third = await refresh(publicUrl, second.refreshToken);
    assert.equal(new Set([first.refreshToken, second.refreshToken, third.refreshToken]).size, 3);
    assert.equal(third.userId, first.userId);
    const { exp = 0, iat = 0, aud } = decodeJwt(third.accessToken);
    assert.deepEqual([exp - iat, aud], [3_600, 'skein']);
  });

  void test('[ACC-1] an old one is refused and takes its whole family with it', async () => {
    const first = await signUp(publicUrl, person());
    const second = await refresh(publicUrl, first.refreshToken);
    await assert.rejects(refresh(publicUrl, first.refreshToken), /invalid_grant/);
    await assert.rejects(refresh(publicUrl, second.refreshToken), /invalid_grant/);
  });

  void test('[ACC-1] one used by several at once is worth one rotation at most, and then none', async () => {
    const { refreshToken } = await signUp(publicUrl, person());
    const results = await Promise.allSettled(
      Array.from({ length: 6 }, () => refresh(publicUrl, refreshToken)),
    );
    const won = results.filter((result) => result.status === 'fulfilled');
    assert.ok(won.length <= 1, `${won.length} of 6 got tokens`);
    for (const { value } of won)
      await assert.rejects(refresh(publicUrl, value.refreshToken), /invalid_grant/);
  });

  void test('[ACC-1] a family ends alone: another device stays signed in', async () => {
    const someone = person();
    const phone = await signUp(publicUrl, someone);
    const laptop = await signIn(publicUrl, someone);
    await refresh(publicUrl, phone.refreshToken);
    await assert.rejects(refresh(publicUrl, phone.refreshToken), /invalid_grant/);
    assert.equal((await refresh(publicUrl, laptop.refreshToken)).userId, phone.userId);
  });

  void test('[ACC-1] a client can revoke its own', async () => {
    const { refreshToken } = await signUp(publicUrl, person());
    const revoked = await fetch(`${identity.issuer}/token/revocation`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'skein-web', token: refreshToken }),
    });
    assert.equal(revoked.status, 200);
    await assert.rejects(refresh(publicUrl, refreshToken), /invalid_grant/);
  });
});

void describe('sessions', () => {
  void test('[ACC-1] a browser that signed in is not asked again', async () => {
    const browser = new HttpBrowser(publicUrl);
    const { userId } = await signUp(publicUrl, person(), browser);
    const { authorization, page } = await beginSignIn(publicUrl, { prompt: 'none' }, browser);
    assert.equal((await redeem(authorization, page)).userId, userId);
  });

  void test('[ACC-1] signing out ends the session and the refresh token, and returns to the client', async () => {
    const browser = new HttpBrowser(publicUrl);
    const { idToken, refreshToken } = await signUp(publicUrl, person(), browser);
    const query = new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri: `${publicUrl}/` });
    const question = await browser.get(`${identity.issuer}/session/end?${query}`);
    assert.match(wordsOf(question), /Sign out/);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(question.body)?.[1] ?? '';
    const done = await browser.submit(formIn(question), { xsrf, logout: 'yes' });
    assert.equal(done.headers.get('location'), `${publicUrl}/`);
    await assert.rejects(refresh(publicUrl, refreshToken), /invalid_grant/);
    const { page } = await beginSignIn(publicUrl, { prompt: 'none' }, browser);
    assert.equal(new URL(page.url).searchParams.get('error'), 'login_required');
  });

  void test('[ACC-1] cookies are for us, out of reach of scripts, and secure where the public address is', async () => {
    const secure = await runIdentity(services.databaseUrl, { publicUrl: 'https://chat.example.org' });
    try {
      const query = 'client_id=skein-web&response_type=code&scope=openid&code_challenge_method=S256';
      const challenge = `code_challenge=${'A'.repeat(43)}`;
      const answer = await fetch(`${secure.localUrl}/oauth/auth?${query}&${challenge}`, {
        redirect: 'manual',
      });
      const cookies = answer.headers.getSetCookie();
      assert.ok(cookies.length > 0);
      for (const cookie of cookies) assert.match(cookie, /; secure(?=;).*; httponly/i);
      const { page } = await beginSignIn(publicUrl);
      assert.equal(page.status, 200);
    } finally {
      await secure.close();
    }
  });
});
