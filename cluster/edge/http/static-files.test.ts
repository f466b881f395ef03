// The page as browsers and programs get it: its headers over TLS, and the status where there is nothing.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { App, us_listen_socket_close, us_socket_local_port, type us_listen_socket } from 'uWebSockets.js';
import { attachStaticFiles } from './static-files.ts';

const origin = 'https://chat.example.org';
const folder = mkdtempSync(path.join(os.tmpdir(), 'skein-static-'));
let listening: us_listen_socket | false = false;
after(() => {
  if (listening) us_listen_socket_close(listening);
  rmSync(folder, { recursive: true, force: true });
});

async function serve(): Promise<string> {
  writeFileSync(path.join(folder, 'index.html'), '<p>the app</p>');
  const app = App();
  attachStaticFiles(app, folder, origin);
  const port = await new Promise<number>((resolve) => {
    app.listen('127.0.0.1', 0, (socket) => {
      listening = socket;
      resolve(us_socket_local_port(socket as us_listen_socket));
    });
  });
  return `http://127.0.0.1:${port}`;
}
const serving = serve();

void test('[OPS-6] over TLS browsers are told to keep to it, and the page connects to its own server alone', async () => {
  const { headers } = await fetch(await serving);
  assert.match(headers.get('strict-transport-security') ?? '', /^max-age=\d{8}$/);
  assert.match(
    headers.get('content-security-policy') ?? '',
    /connect-src 'self' wss:\/\/chat\.example\.org;/,
  );
});

void test('a path that names no place gets the page, which says so, and status 404; a file that is gone gets no page', async () => {
  const url = await serving;
  const statusOf = async (place: string) => (await fetch(url + place)).status;
  for (const place of ['/', '/settings', '/callback?code=x', '/c/1', '/join/1/x']) assert.equal(await statusOf(place), 200, place); // prettier-ignore
  for (const place of ['/nowhere', '/settings/x', '/api/v1']) assert.equal(await statusOf(place), 404, place);
  const nowhere = await fetch(`${url}/nowhere`);
  assert.equal(await nowhere.text(), '<p>the app</p>');
  const gone = await fetch(`${url}/assets/gone.js`);
  assert.deepEqual([gone.status, await gone.text()], [404, 'No such file.']);
});
