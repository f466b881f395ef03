// ACC-3 at the sign-up form, and what the two forms refuse.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from 'pg';
import { acquireServices } from '../../ops/testing/services.ts';
import type { TestServices } from '../../ops/testing/services.ts';
import { HttpBrowser, formIn, linkIn } from './testing/browser.ts';
import type { Visited } from './testing/browser.ts';
import { runIdentity } from './testing/running-identity.ts';
import type { RunningIdentity } from './testing/running-identity.ts';
import { beginSignIn, refresh, signIn, signUp, wordsOf } from './testing/sign-up.ts';
import { forgetAccount } from './users.ts';

const password = 'correct horse battery';
let services: TestServices;
let identity: RunningIdentity;
let publicUrl: string;

before(async () => {
  services = await acquireServices();
  identity = await runIdentity(services.databaseUrl, { reservedHandles: ['Founders'] });
  publicUrl = identity.publicUrl;
});

after(async () => {
  await identity?.close();
  await services?.stop();
});

async function withDatabase<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: services.databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function submitSignUp(handle: string, displayName: string, secret: string): Promise<Visited> {
  const { authorization, page } = await beginSignIn(publicUrl);
  const form = await authorization.browser.get(linkIn(page, 'Create an account'));
  return authorization.browser.submit(formIn(form), { handle, display_name: displayName, password: secret });
}

void describe('handles', () => {
  void test('[ACC-3] one is unique whatever its case, and kept in lower case', async () => {
    await signUp(publicUrl, { handle: 'Grace', displayName: 'Grace', password });
    const again = await submitSignUp('GRACE', 'Another Grace', password);
    assert.equal(again.status, 422);
    assert.match(wordsOf(again), /This handle is taken/);
    const { rows } = await withDatabase((client) =>
      client.query(`select handle from users where handle ~* 'grace'`),
    );
    assert.deepEqual(rows, [{ handle: 'grace' }]);
  });

  void test('[ACC-3] of two people who ask for one at once, one gets it', async () => {
    const wanted = ['Hopper', 'hopper', 'HOPPER', 'hOpPeR'];
    const pages = await Promise.all(wanted.map((handle) => submitSignUp(handle, 'Somebody', password)));
    assert.deepEqual(pages.map(({ status }) => status).toSorted(), [303, 422, 422, 422]);
    const { rows } = await withDatabase((client) =>
      client.query(
        `select count(*)::int as count from users join credentials using (user_id) where handle = 'hopper'`,
      ),
    );
    assert.deepEqual(rows, [{ count: 1 }]);
  });

  void test('[ACC-3] 3 to 30 of a-z, 0-9 and _, and nothing else', async () => {
    for (const handle of [
      'ab',
      'a'.repeat(31),
      'with space',
      'dash-ed',
      'ünïcode',
      'dot.ted',
      'ｆｕｌｌ',
      '',
      '👋👋👋',
    ]) {
      const page = await submitSignUp(handle, 'Somebody', password);
      assert.equal(page.status, 422, handle);
      assert.match(page.body, /id="handle"[^>]*aria-invalid="true"/);
    }
    for (const handle of ['abc', '___', '007', 'a'.repeat(30), ' @trimmed ']) {
      assert.equal((await submitSignUp(handle, 'Somebody', password)).status, 303, handle);
    }
  });
});

void describe('names and passwords', () => {
  void test('[ACC-3] every mistake is named beside its field, and only the password is forgotten', async () => {
    const page = await submitSignUp('x', '', 'short-pw');
    assert.equal(page.status, 422);
    const words = wordsOf(page);
    assert.match(words, /A handle has at least 3 characters/);
    assert.match(words, /Enter the name others will see/);
    assert.match(words, /A password has at least 10 characters/);
    assert.match(page.body, /value="x"/);
    assert.doesNotMatch(page.body, /short-pw/);
  });

  void test('[ACC-3] nobody takes a handle that others would take for the server or for everyone', async () => {
    for (const handle of ['admin', 'Support', '@everyone', 'skein', 'founders']) {
      await assert.rejects(
        signUp(publicUrl, { handle, displayName: 'N', password }),
        /This handle is reserved/,
        handle,
      );
    }
    await signUp(publicUrl, { handle: 'admiral', displayName: 'A', password });
  });

  void test('[ACC-3] a password may hold anything from 10 to 200 characters', async () => {
    const odd = '  🧶 пароль\t"\'<&>\\ ';
    const { userId } = await signUp(publicUrl, { handle: 'odd_password', displayName: 'Odd', password: odd });
    assert.equal((await signIn(publicUrl, { handle: 'odd_password', password: odd })).userId, userId);
    await assert.rejects(signIn(publicUrl, { handle: 'odd_password', password: odd.trim() }), /not right/);
    assert.equal((await submitSignUp('long_password', 'Long', 'é'.repeat(200))).status, 303);
    assert.match(wordsOf(await submitSignUp('longer_password', 'Long', 'é'.repeat(201))), /at most 200/);
  });

  void test('[ACC-3] a display name cannot turn text around or carry control characters', async () => {
    for (const name of ['\u202e', '\u200b \u3164', 'n'.repeat(81)]) {
      assert.equal((await submitSignUp('bad_name', name, password)).status, 422, JSON.stringify(name));
    }
    const names = ['👩‍👩‍👧  Ólafur   O’Brien ', '\u202Eev\u0007il\u200b', '\u2066x'];
    for (const [at, name] of names.entries())
      assert.equal((await submitSignUp(`good_name_${at}`, name, password)).status, 303);
    const { rows } = await withDatabase((client) =>
      client.query(`select display_name from users where handle like 'good_name_%' order by handle`),
    );
    assert.deepEqual(
      rows.map(({ display_name: name }) => name as string),
      ['👩‍👩‍👧 Ólafur O’Brien', 'evil', 'x'],
    );
  });

  void test('[ACC-3] markup in a name is text', async () => {
    const name = `"><script>alert(1)</script>`;
    const page = await submitSignUp('ab', name, password);
    assert.doesNotMatch(page.body, /<script/);
    assert.match(page.body, /value="&quot;&gt;&lt;script&gt;alert\(1\)&lt;\/script&gt;"/);
    const markup = await submitSignUp('<b>bold</b>', 'Somebody', password);
    assert.doesNotMatch(markup.body, /<b>/);
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'.*script-src 'none'/);
  });
});

void describe('signing in', () => {
  void test('[ACC-2] a wrong password and an unknown handle get the same answer', async () => {
    await signUp(publicUrl, { handle: 'turing', displayName: 'Alan', password });
    const attempt = async (handle: string) => {
      const { authorization, page } = await beginSignIn(publicUrl);
      return authorization.browser.submit(formIn(page), { handle, password: 'not the password' });
    };
    const [wrong, unknown] = [await attempt('turing'), await attempt('nobody')];
    assert.equal(wrong.status, 422);
    assert.equal(unknown.status, 422);
    assert.match(wordsOf(wrong), /The handle or the password is not right/);
    assert.equal(wordsOf(wrong), wordsOf(unknown));
  });

  void test('[ACC-2] a form from another site, or without the cookie of its interaction, is refused', async () => {
    const { authorization, page } = await beginSignIn(publicUrl);
    const fields = { handle: 'turing', password };
    const foreign = await authorization.browser.submit(formIn(page), fields, 'https://evil.example');
    assert.equal(foreign.status, 403);
    const stranger = await new HttpBrowser(publicUrl).submit(formIn(page), fields);
    assert.equal(stranger.status, 400);
    assert.match(wordsOf(stranger), /expired/);
    const { page: other } = await beginSignIn(publicUrl);
    assert.equal((await authorization.browser.submit(formIn(other), fields)).status, 400);
  });

  void test('[ACC-2] a form that was used already says so', async () => {
    const { authorization, page } = await beginSignIn(publicUrl);
    const { browser } = authorization;
    const fields = { handle: 'turing', password };
    await browser.follow(await browser.submit(formIn(page), fields), (url) => url.includes('/callback?'));
    const again = await browser.submit(formIn(page), fields);
    assert.equal(again.status, 400);
    assert.match(wordsOf(again), /expired/);
  });

  void test('[ACC-2] a form too long is refused unread', async () => {
    const { authorization, page } = await beginSignIn(publicUrl);
    const fields = { handle: 'turing', password: 'x'.repeat(20_000) };
    assert.equal((await authorization.browser.submit(formIn(page), fields)).status, 413);
  });

  void test('[PRV-5] a forgotten account gets no further tokens', async () => {
    const { userId, refreshToken } = await signUp(publicUrl, {
      handle: 'leaving',
      displayName: 'L',
      password,
    });
    const kept = await signUp(publicUrl, { handle: 'staying', displayName: 'S', password });
    await withDatabase((client) => forgetAccount(client, userId));
    await assert.rejects(refresh(publicUrl, refreshToken), /invalid_grant/);
    await assert.rejects(signIn(publicUrl, { handle: 'leaving', password }), /not right/);
    assert.equal((await refresh(publicUrl, kept.refreshToken)).userId, kept.userId);
  });
});
