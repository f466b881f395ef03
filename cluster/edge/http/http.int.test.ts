// Answers of a worker over plain HTTP, and its metrics for operators.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { acquireServices, type TestServices } from '../../../ops/testing/services.ts';
import { TestCluster, userIdOf } from '../../../ops/testing/test-cluster.ts';

let services: TestServices;
let cluster: TestCluster;
let webDir: string;

before(async () => {
  webDir = mkdtempSync(path.join(os.tmpdir(), 'skein-web-'));
  mkdirSync(path.join(webDir, 'assets'));
  writeFileSync(path.join(webDir, 'index.html'), '<!doctype html><title>the app</title>');
  writeFileSync(path.join(webDir, 'assets/app-1.js'), 'export {};');
  services = await acquireServices();
  cluster = await TestCluster.start({ services, env: { SKEIN_WEB_DIR: webDir } });
});
after(async () => {
  await cluster?.stop();
  await services?.stop();
  rmSync(webDir, { recursive: true, force: true });
});

test('[OPS-5] liveness and readiness answer on the public port and on each admin address', async () => {
  const addresses = (await cluster.workers()).map(({ admin }) => `http://${admin}`);
  for (const address of [cluster.url, ...addresses]) {
    assert.deepEqual(await (await fetch(`${address}/healthz`)).json(), { status: 'ok' });
    assert.deepEqual(await (await fetch(`${address}/readyz`)).json(), {
      ready: true,
      missing: [],
      damaged: [],
    });
  }
});

test('[OPS-1] a host listens on every address of IPv6 and IPv4', async () => {
  const { url } = await cluster.addHost('six', {
    workers: 1,
    address: '[::]',
    env: { SKEIN_WEB_DIR: webDir },
  });
  const { port } = new URL(url);
  for (const host of ['[::1]', '127.0.0.1', 'localhost']) {
    const answer = await fetch(`http://${host}:${port}/readyz`);
    assert.deepEqual(await answer.json(), { ready: true, missing: [], damaged: [] }, host);
  }
});

test('[OPS-5] metrics count what happens, and nothing of them is on the public port', async () => {
  const [ann, ben] = await Promise.all([cluster.connect('ann'), cluster.connect('ben')]);
  const { conversationId } = await ann.openDirect(userIdOf(ben));
  await ann.send(conversationId, 'counted');
  const texts = await Promise.all(
    (await cluster.workers()).map(async ({ admin }) => (await fetch(`http://${admin}/metrics`)).text()),
  );
  const sum = (metric: string) =>
    texts
      .flatMap((text) => [...text.matchAll(new RegExp(`^${metric} (\\d+)$`, 'gm'))])
      .reduce((total, match) => total + Number(match[1]), 0);
  assert.equal(sum('skein_sockets'), 2);
  assert.equal(sum('skein_owned_shards'), 1024);
  assert.ok(sum('skein_journal_entries_total') >= 2);
  assert.ok(sum('skein_greeting_welcomed_total') >= 2);
  const open = await (await fetch(`${cluster.url}/metrics`)).text();
  assert.match(open, /the app/);
  ann.close();
  ben.close();
});

test('the application answers every path that is no file; files are cached by their names', async () => {
  const page = await fetch(`${cluster.url}/c/anything`);
  assert.match(await page.text(), /the app/);
  assert.equal(page.headers.get('cache-control'), 'no-cache');
  const policy = page.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'self'/);
  assert.ok(policy.includes(`connect-src 'self' ${cluster.url.replace('http', 'ws')};`), policy);
  assert.equal(page.headers.get('strict-transport-security'), null);
  const again = await fetch(`${cluster.url}/`, { headers: { 'if-none-match': page.headers.get('etag')! } });
  assert.equal(again.status, 304);
  const script = await fetch(`${cluster.url}/assets/app-1.js`);
  assert.match(script.headers.get('cache-control') ?? '', /immutable/);
  const head = await fetch(`${cluster.url}/`, { method: 'HEAD' });
  assert.equal(head.status, 200);
});

test('no content reaches the logs', async () => {
  const [cyd, dan] = await Promise.all([cluster.connect('cyd'), cluster.connect('dan')]);
  const { conversationId } = await cyd.openDirect(userIdOf(dan));
  await cyd.send(conversationId, 'xyzzy-secret-words');
  await assert.rejects(cyd.send(conversationId, ' '));
  assert.ok(!cluster.log.includes('xyzzy-secret-words'));
  assert.ok(cluster.log.length > 0);
  cyd.close();
  dan.close();
});
