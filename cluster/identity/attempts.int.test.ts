// ACC-6 for signing in and up: who tries too often is told when to try again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../../protocol/waiting.ts';
import { redisMissing, startPrivateRedis } from '../../ops/testing/redis.ts';
import { acquireServices } from '../../ops/testing/services.ts';
import type { TestServices } from '../../ops/testing/services.ts';
import { App } from 'uWebSockets.js';
import { silentLog } from '../../actors/runtime/testing/silent-log.ts';
import { freePort } from '../../ops/embedded/ports.ts';
import { ClientAddresses } from '../addresses.ts';
import { attachReverseProxy } from '../edge/http/reverse-proxy.ts';
import { proxyHeader } from '../proxy-header.ts';
import { systemClock } from '../system-ports.ts';
import type { IdentityConfig } from './config.ts';
import { formIn, HttpBrowser, linkIn } from './testing/browser.ts';
import { runIdentity } from './testing/running-identity.ts';
import type { RunningIdentity } from './testing/running-identity.ts';
import { beginSignIn, finish, signIn, signUp, wordsOf } from './testing/sign-up.ts';

const skip = await redisMissing();
const password = 'correct horse battery';
let services: TestServices;

before(async () => {
  services = await acquireServices();
});

after(async () => {
  await services?.stop();
});

const proxySecret = 'known to the worker and the provider';

/** The provider behind a worker's proxy, which believes this machine about the addresses of clients. */
async function withIdentity(
  settings: Partial<IdentityConfig>,
  work: (identity: RunningIdentity, skipMs: (ms: number) => void) => Promise<void>,
) {
  let skippedMs = 0;
  const clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + skippedMs };
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const behind = { ...settings, proxySecret, publicUrl };
  const identity = await runIdentity(services.databaseUrl, behind, { clock });
  const app = App();
  const addresses = new ClientAddresses({ trustedProxies: ['127.0.0.1'], unlimitedAddresses: [] });
  const target = identity.localUrl;
  attachReverseProxy(app, '/oauth', { target, addresses, secret: proxySecret, log: silentLog });
  app.listen('127.0.0.1', port, () => undefined);
  try {
    await work(identity, (ms) => {
      skippedMs += ms;
    });
  } finally {
    app.close();
    await identity.close();
  }
}

/** Wrong guesses for a handle from one address after the other, each through a browser that never signed in. */
async function guess(publicUrl: string, handle: string, addresses: readonly string[]): Promise<number[]> {
  const { authorization, page } = await beginSignIn(publicUrl);
  const statuses: number[] = [];
  for (const from of addresses) {
    const fields = { handle, password: 'wrong password' };
    const answer = await authorization.browser.submit(formIn(page), fields, undefined, {
      'x-forwarded-for': from,
    });
    statuses.push(answer.status);
  }
  return statuses;
}

void test('[ACC-6] ten wrong passwords for a handle from one address, then a minute shared out', () =>
  withIdentity({}, async ({ publicUrl }, skipMs) => {
    await signUp(publicUrl, { handle: 'limited', displayName: 'L', password });
    const { authorization, page } = await beginSignIn(publicUrl);
    const attempt = () =>
      authorization.browser.submit(formIn(page), { handle: 'Limited', password: 'wrong password' });
    for (let tries = 0; tries < 10; tries += 1) assert.equal((await attempt()).status, 422);
    const refused = await attempt();
    assert.equal(refused.status, 429);
    const retryAfter = Number(refused.headers.get('retry-after'));
    assert.ok(retryAfter >= 1 && retryAfter <= 6, `retry after ${retryAfter} s`);
    assert.match(wordsOf(refused), new RegExp(`Try again in ${retryAfter} second`));
    // From that address the right password waits as well: the answer must not tell which one it was.
    await assert.rejects(signIn(publicUrl, { handle: 'limited', password }), /Too many attempts/);
    skipMs(retryAfter * 1_000);
    await signIn(publicUrl, { handle: 'limited', password });
  }));

void test('[ACC-6] wrong guesses of a stranger lock the owner out neither elsewhere nor on a known device', () =>
  withIdentity({ strangersPerHandlePerMinute: 30 }, async ({ publicUrl }) => {
    const mine = new HttpBrowser(publicUrl);
    await signUp(publicUrl, { handle: 'owner', displayName: 'O', password }, mine);
    const stranger = Array.from({ length: 12 }, () => '192.0.2.66');
    assert.deepEqual((await guess(publicUrl, 'owner', stranger)).slice(-2), [429, 429]);
    await signIn(publicUrl, { handle: 'owner', password });
    const many = Array.from({ length: 40 }, (_, at) => `198.51.100.${at}`);
    assert.equal((await guess(publicUrl, 'owner', many)).at(-1), 429);
    // A browser that nobody knows waits while many addresses guess; the owner's own does not.
    await assert.rejects(signIn(publicUrl, { handle: 'owner', password }), /Too many attempts/);
    const { authorization, page } = await beginSignIn(publicUrl, { prompt: 'login' }, mine);
    await finish(authorization, page, { handle: 'owner', password });
  }));

void test('[ACC-6] the mark of a known device is good for its person alone', () =>
  withIdentity({ signInsPerHandlePerMinute: 2, strangersPerHandlePerMinute: 2 }, async ({ publicUrl }) => {
    const browser = new HttpBrowser(publicUrl);
    await signUp(publicUrl, { handle: 'marked', displayName: 'M', password }, browser);
    await signUp(publicUrl, { handle: 'victim', displayName: 'V', password });
    const { page } = await beginSignIn(publicUrl, { prompt: 'login' }, browser);
    const fields = { handle: 'victim', password: 'wrong password' };
    const statuses = [];
    for (let tries = 0; tries < 4; tries += 1)
      statuses.push((await browser.submit(formIn(page), fields)).status);
    assert.deepEqual(statuses, [422, 422, 429, 429]);
  }));

void test('[ACC-6] signing in with the right password does not use attempts up', () =>
  withIdentity({ signInsPerHandlePerMinute: 2, signInsPerAddressPerMinute: 2 }, async ({ publicUrl }) => {
    await signUp(publicUrl, { handle: 'often', displayName: 'O', password });
    for (let tries = 0; tries < 5; tries += 1) await signIn(publicUrl, { handle: 'often', password });
  }));

void test('[ACC-6] an address that tries many handles is stopped, another is not', () =>
  withIdentity({ signInsPerAddressPerMinute: 3 }, async ({ publicUrl }) => {
    const { authorization, page } = await beginSignIn(publicUrl);
    const attempt = (handle: string, from: string) =>
      authorization.browser.submit(formIn(page), { handle, password: 'guess guess' }, undefined, {
        'x-forwarded-for': from,
      });
    const made = ['10.0.0.1, 192.0.2.7', '10.0.0.2, 192.0.2.7', '10.0.0.3, 192.0.2.7', '10.0.0.4, 192.0.2.7'];
    const statuses = [];
    for (const [index, from] of made.entries())
      statuses.push((await attempt(`someone_${index}`, from)).status);
    assert.deepEqual(statuses, [422, 422, 422, 429]);
    assert.equal((await attempt('someone_5', '192.0.2.8')).status, 422);
  }));

void test('[ACC-6] sign-ups of one address are limited too', () =>
  withIdentity({ signUpsPerAddressPerMinute: 2 }, async ({ publicUrl }, skipMs) => {
    await signUp(publicUrl, { handle: 'crowd_1', displayName: 'C', password });
    await signUp(publicUrl, { handle: 'crowd_2', displayName: 'C', password });
    const { authorization, page } = await beginSignIn(publicUrl);
    const form = await authorization.browser.get(linkIn(page, 'Create an account'));
    const fields = { handle: 'crowd_3', display_name: 'C', password };
    const refused = await authorization.browser.submit(formIn(form), fields);
    assert.equal(refused.status, 429);
    assert.match(wordsOf(refused), /Try again in \d+ seconds/);
    assert.match(refused.body, /value="crowd_3"/);
    skipMs(30_000);
    assert.equal((await authorization.browser.submit(formIn(form), fields)).status, 303);
  }));

void test('[ACC-6] hosts that share a Redis count attempts together', { skip }, async () => {
  const redis = await startPrivateRedis();
  const settings = { redisUrl: redis.url, signInsPerHandlePerMinute: 3 };
  await withIdentity(settings, (first) =>
    withIdentity(settings, async (second) => {
      const attemptsOf = async ({ publicUrl }: RunningIdentity) => {
        const { authorization, page } = await beginSignIn(publicUrl);
        return () =>
          authorization.browser.submit(formIn(page), { handle: 'shared', password: 'guess guess' });
      };
      const [onFirst, onSecond] = [await attemptsOf(first), await attemptsOf(second)];
      for (let tries = 0; tries < 3; tries += 1) assert.equal((await onFirst()).status, 422);
      let answer = await onSecond();
      for (let tries = 1; answer.status === 422; tries += 1) {
        assert.ok(tries <= 3, 'no more than its own');
        answer = await onSecond();
      }
      assert.equal(answer.status, 429);
      // By its own count there would be an attempt every 20 seconds.
      await eventually(async () => Number((await onSecond()).headers.get('retry-after')) > 20);
    }),
  );
  await redis.stop();
});

void test('[OPS-6] the port of the provider answers nobody but workers, whatever they say of themselves', () =>
  withIdentity({ signInsPerAddressPerMinute: 3 }, async ({ publicUrl, localUrl }) => {
    for (const path of ['/oauth/jwks', '/oauth/.well-known/openid-configuration', '/oauth/auth', '/']) {
      const strange: Record<string, string>[] = [
        {},
        { 'x-forwarded-for': '192.0.2.7' },
        { [proxyHeader]: 'guessed' },
        { [proxyHeader]: '' },
      ];
      for (const headers of strange) {
        const answer = await fetch(localUrl + path, { headers, redirect: 'manual' });
        assert.equal(answer.status, 403, `${path} ${JSON.stringify(headers)}`);
        assert.doesNotMatch(await answer.text(), /issuer|kty/);
      }
    }
    const known = await fetch(`${localUrl}/oauth/jwks`, { headers: { [proxyHeader]: proxySecret } });
    assert.equal(known.status, 200);
    // A client that sends the header through a worker gains nothing: the worker's own replaces it.
    assert.equal((await fetch(`${publicUrl}/oauth/jwks`, { headers: { [proxyHeader]: 'x' } })).status, 200);
  }));

void test('[ACC-6] a provider without workers in front counts the address that it sees', async () => {
  const identity = await runIdentity(services.databaseUrl, { signInsPerAddressPerMinute: 3 });
  try {
    const statuses: number[] = [];
    const { authorization, page } = await beginSignIn(identity.publicUrl);
    for (let tries = 0; tries < 4; tries++) {
      const fields = { handle: `nobody_${tries}`, password: 'guess guess' };
      const forged = { 'x-forwarded-for': `192.0.2.${tries}` };
      const answer = await authorization.browser.submit(formIn(page), fields, undefined, forged);
      statuses.push(answer.status);
    }
    assert.deepEqual(statuses, [422, 422, 422, 429]);
  } finally {
    await identity.close();
  }
});
