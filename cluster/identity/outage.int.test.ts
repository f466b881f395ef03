// PostgreSQL goes and comes back; the provider says so meanwhile, and never falls over.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startPrivateServices } from '../../ops/testing/services.ts';
import type { PrivateServices } from '../../ops/testing/services.ts';
import { queryTimeoutMs } from '../../storage/postgres/pool.ts';
import { formIn } from './testing/browser.ts';
import { runIdentity, testKeysSecret } from './testing/running-identity.ts';
import type { RunningIdentity } from './testing/running-identity.ts';
import { beginSignIn, finish, refresh, requestTokens, signUp, wordsOf } from './testing/sign-up.ts';
import { startIdentity } from './start.ts';
import { identityDefaults } from './config.ts';

const password = 'correct horse battery';
const recoverWithinMs = 20_000;
let services: PrivateServices;
let identity: RunningIdentity;

before(async () => {
  services = await startPrivateServices();
  identity = await runIdentity(services.databaseUrl);
});

after(async () => {
  await identity?.close();
  await services?.stop();
});

/** Until it stops throwing; the last error when it never does. */
async function eventually<T>(work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + recoverWithinMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

void test('[ACC-1] while PostgreSQL is killed every answer is 503, and afterwards the same form goes through', async () => {
  const { publicUrl, issuer } = identity;
  const { refreshToken } = await signUp(publicUrl, { handle: 'outage', displayName: 'O', password });
  const { authorization, page } = await beginSignIn(publicUrl);
  await services.postgres.kill();

  const { page: away } = await beginSignIn(publicUrl);
  assert.equal(away.status, 503);
  assert.match(wordsOf(away), /Back in a moment/);
  assert.equal(away.headers.get('retry-after'), '5');
  const posted = await authorization.browser.submit(formIn(page), { handle: 'outage', password });
  assert.equal(posted.status, 503);
  const tokens = await requestTokens(publicUrl, { grant_type: 'refresh_token', refresh_token: refreshToken });
  assert.deepEqual([tokens.status, tokens.body['error']], [503, 'temporarily_unavailable']);
  const revocation = await fetch(`${issuer}/token/revocation`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'skein-web', token: refreshToken }),
  });
  assert.equal(revocation.status, 503);
  const signOut = await authorization.browser.get(`${issuer}/session/end`);
  assert.ok([200, 503].includes(signOut.status));
  // Requests that need no database go on: gateways must still get the keys to verify tokens.
  assert.equal((await fetch(`${issuer}/jwks`)).status, 200);

  await services.postgres.restart();
  await eventually(() => finish(authorization, page, { handle: 'outage', password }));
  await refresh(publicUrl, refreshToken);
});

void test('[ACC-1] a PostgreSQL that hangs is answered with 503 within seconds', async () => {
  const { publicUrl } = identity;
  const { refreshToken } = await signUp(publicUrl, { handle: 'frozen', displayName: 'F', password });
  services.postgres.pause();
  const startedMs = performance.now();
  try {
    const tokens = await requestTokens(publicUrl, {
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
    });
    assert.equal(tokens.status, 503);
    assert.ok(performance.now() - startedMs < queryTimeoutMs + 5_000);
  } finally {
    services.postgres.resume();
  }
  await eventually(() => refresh(publicUrl, refreshToken));
});

void test('[ACC-1] started before PostgreSQL, it serves once it is there', async () => {
  await services.postgres.kill();
  const config = { ...identityDefaults, databaseUrl: services.databaseUrl, logLevel: 'silent' };
  const early = await startIdentity({
    ...config,
    keysSecret: testKeysSecret,
    publicUrl: 'http://chat.example.org',
  });
  try {
    const discovery = `http://127.0.0.1:${early.port}/oauth/.well-known/openid-configuration`;
    assert.equal((await fetch(discovery)).status, 503);
    await services.postgres.restart();
    await eventually(async () => assert.equal((await fetch(discovery)).status, 200));
  } finally {
    await early.close();
  }
});
