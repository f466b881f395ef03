// The page's headers where people reach it over TLS.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { App, us_listen_socket_close, us_socket_local_port, type us_listen_socket } from 'uWebSockets.js';
import { attachStaticFiles } from './static-files.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'skein-static-'));
let listening: us_listen_socket | false = false;
after(() => {
  if (listening) us_listen_socket_close(listening);
  rmSync(folder, { recursive: true, force: true });
});

void test('[OPS-6] over TLS browsers are told to keep to it, and the page connects to its own server alone', async () => {
  writeFileSync(path.join(folder, 'index.html'), '<p>the app</p>');
  const app = App();
  attachStaticFiles(app, folder, 'https://chat.example.org');
  const port = await new Promise<number>((resolve) => {
    app.listen('127.0.0.1', 0, (socket) => {
      listening = socket;
      resolve(us_socket_local_port(socket as us_listen_socket));
    });
  });
  const { headers } = await fetch(`http://127.0.0.1:${port}/`);
  assert.match(headers.get('strict-transport-security') ?? '', /^max-age=\d{8}$/);
  assert.match(
    headers.get('content-security-policy') ?? '',
    /connect-src 'self' wss:\/\/chat\.example\.org;/,
  );
});
