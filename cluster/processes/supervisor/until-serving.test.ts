import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { untilServing } from './until-serving.ts';

const wait = { tryEveryMs: 5, silentMsMax: 50, tellEveryMs: 20 };

void test('[MSG-2] workers that listen and are not ready are waited for, and what is missing is told', async () => {
  let missing = ['shard map'];
  const server = createServer((_request, response) => {
    response.writeHead(missing.length === 0 ? 200 : 503).end(JSON.stringify({ missing }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const told: (readonly string[])[] = [];
  const serving = untilServing(
    { listenHost: '0.0.0.0', listenPort: port },
    { ...wait, onWaiting: (parts) => void (told.push(parts) === 5 && (missing = [])) },
  );
  // Five times as long as silence would be borne.
  await serving;
  server.close();
  assert.deepEqual(
    told,
    Array.from({ length: 5 }, () => ['shard map']),
  );
});

void test('a start fails when nothing answers', async () => {
  const listen = { listenHost: '127.0.0.1', listenPort: 1 };
  await assert.rejects(untilServing(listen, { ...wait, onWaiting: () => undefined }), /no worker answered/);
});
