// The pages in a real browser: what a policy or a cookie would break shows only there.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchBrowser } from '../../ops/testing/browser.ts';
import { acquireServices } from '../../ops/testing/services.ts';
import type { TestServices } from '../../ops/testing/services.ts';
import { runIdentity } from './testing/running-identity.ts';
import type { RunningIdentity } from './testing/running-identity.ts';
import { signUp } from './testing/sign-up.ts';

const password = 'correct horse battery';
let services: TestServices;
let identity: RunningIdentity;
let browser: Browser;

before(async () => {
  services = await acquireServices();
  identity = await runIdentity(services.databaseUrl);
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await identity?.close();
  await services?.stop();
});

/** Fails on whatever the content security policy blocked. */
async function inBrowser(options: BrowserContextOptions, work: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext(options);
  const blocked: string[] = [];
  try {
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) blocked.push(message.text());
    });
    await work(page);
  } finally {
    await context.close();
  }
  assert.deepEqual(blocked, []);
}

function authorizationUrl(extra: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    client_id: 'skein-web',
    response_type: 'code',
    redirect_uri: `${identity.publicUrl}/callback`,
    scope: 'openid profile',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    ...extra,
  });
  return `${identity.issuer}/auth?${query}`;
}

async function fillSignUp(page: Page, handle: string): Promise<void> {
  await page.getByRole('link', { name: 'Create an account' }).click();
  await page.getByLabel('Handle').fill(handle);
  await page.getByLabel('Display name').fill('Ada Lovelace');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
}

void test('[ACC-1] signing up works without scripts and by keyboard alone', () =>
  inBrowser({ javaScriptEnabled: false }, async (page) => {
    await page.goto(authorizationUrl({ prompt: 'create' }));
    for (const text of ['keyboard_only', 'Ada Lovelace', password]) {
      await page.keyboard.type(text);
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await page.waitForURL('**/callback?*');
    assert.ok(new URL(page.url()).searchParams.get('code'));
  }));

void test('[ACC-1] the page wears its style, light and dark, and fits a phone', async () => {
  const seen: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await inBrowser({ colorScheme, viewport: { width: 320, height: 640 } }, async (page) => {
      await page.goto(authorizationUrl());
      seen.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 320);
      assert.equal(await page.evaluate('document.activeElement.name'), 'handle');
    });
  }
  assert.deepEqual(seen, ['rgb(246, 245, 242)', 'rgb(22, 22, 21)']);
});

void test('[ACC-1] a client that says whom it signs out needs no further click', () =>
  inBrowser({}, async (page) => {
    const answers = new Map<string, string>();
    await page.goto(authorizationUrl());
    await fillSignUp(page, 'leaves_soon');
    await page.waitForURL('**/callback?*');
    const code = new URL(page.url()).searchParams.get('code') ?? '';
    const response = await fetch(`${identity.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: 'skein-web',
        grant_type: 'authorization_code',
        redirect_uri: `${identity.publicUrl}/callback`,
        code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
        code,
      }),
    });
    for (const [name, value] of Object.entries((await response.json()) as object))
      answers.set(name, String(value));
    const query = new URLSearchParams({
      id_token_hint: answers.get('id_token') ?? '',
      post_logout_redirect_uri: `${identity.publicUrl}/`,
    });
    await page.goto(`${identity.issuer}/session/end?${query}`, { waitUntil: 'commit' });
    await page.waitForURL(`${identity.publicUrl}/`);
    await page.goto(authorizationUrl());
    assert.ok(await page.getByRole('heading', { name: 'Sign in' }).isVisible());
  }));

void test('[ACC-1] without that proof it asks, and says when it is done', () =>
  inBrowser({ javaScriptEnabled: false }, async (page) => {
    await page.goto(authorizationUrl());
    await fillSignUp(page, 'asked_first');
    await page.goto(`${identity.issuer}/session/end`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    assert.ok(await page.getByRole('heading', { name: 'You are signed out' }).isVisible());
  }));

void test('[ACC-1] another person can sign in where someone is signed in', async () => {
  await signUp(identity.publicUrl, {
    handle: 'second_person',
    displayName: 'Second',
    password,
  });
  await inBrowser({}, async (page) => {
    await page.goto(authorizationUrl());
    await fillSignUp(page, 'first_person');
    await page.waitForURL('**/callback?*');
    await page.goto(authorizationUrl({ prompt: 'login' }));
    await page.getByLabel('Handle').fill('second_person');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/callback?*');
    assert.ok(new URL(page.url()).searchParams.get('code'));
  });
});

void test('[ACC-1] the command line client is reached on its own port', async () => {
  const listener = createServer((_request, response) => void response.end('You can close this page.'));
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    await inBrowser({}, async (page) => {
      const redirect = `http://127.0.0.1:${port}/callback`;
      await page.goto(authorizationUrl({ client_id: 'skein-cli', redirect_uri: redirect }));
      await fillSignUp(page, 'from_terminal');
      await page.waitForURL(`${redirect}?*`);
      assert.ok(await page.getByText('You can close this page.').isVisible());
    });
  } finally {
    listener.closeAllConnections();
    await new Promise((resolve) => listener.close(resolve));
  }
});
