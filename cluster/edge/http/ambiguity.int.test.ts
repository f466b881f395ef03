// Requests that can be read in two ways, byte by byte, on the public port and on the identity provider's behind it.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { freePort } from '../../../ops/embedded/ports.ts';
import { acquireServices, type TestServices } from '../../../ops/testing/services.ts';
import { TestCluster } from '../../../ops/testing/test-cluster.ts';

let services: TestServices;
let cluster: TestCluster;
let identityPort: number;

before(async () => {
  services = await acquireServices();
  identityPort = await freePort();
  cluster = await TestCluster.start({
    services,
    workers: 1,
    env: { SKEIN_IDENTITY_PORT: String(identityPort) },
  });
});
after(async () => {
  await cluster?.stop();
  await services?.stop();
});

/** Everything that comes back until the server ends the connection. */
function exchange(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(request));
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

const chunked = '5\r\nhello\r\n0\r\n\r\n';
/** A request behind, which a server that reads the other way would answer. */
const smuggled = 'GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

const ambiguous: readonly (readonly [what: string, headers: string, body: string])[] = [
  ['two lengths that differ', 'Content-Length: 5\r\nContent-Length: 0', 'hello'],
  ['the same length twice', 'Content-Length: 5\r\nContent-Length: 5', 'hello'],
  ['a list of lengths', 'Content-Length: 5, 5', 'hello'],
  ['a length that is no number', 'Content-Length: +5', 'hello'],
  ['an unknown coding', 'Transfer-Encoding: gzip', chunked],
  ['an unknown coding before chunked', 'Transfer-Encoding: gzip, chunked', chunked],
  ['a coding that looks like chunked', 'Transfer-Encoding: xchunked', chunked],
  ['chunked and another header beside it', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip', chunked],
  ['a length and a coding', 'Content-Length: 5\r\nTransfer-Encoding: chunked', chunked],
  ['two hosts', 'Host: b\r\nContent-Length: 0', ''],
];

for (const [what, headers, body] of ambiguous)
  void test(`${what}: 400 on every route and both ports, and nothing behind it is answered`, async () => {
    const targets: [port: number, path: string][] = [
      [Number(new URL(cluster.url).port), '/v1/conversations'],
      [Number(new URL(cluster.url).port), '/v1/uploads'],
      [Number(new URL(cluster.url).port), '/oauth/token'],
      [identityPort, '/oauth/token'],
    ];
    for (const [port, path] of targets) {
      const request = `POST ${path} HTTP/1.1\r\nHost: a\r\n${headers}\r\n\r\n${body}`;
      assert.match(await exchange(port, request), /^HTTP\/1\.1 400 /, `${port} ${path}`);
      const answer = await exchange(port, request + smuggled);
      assert.match(answer, /^(HTTP\/1\.1 400 [^]*)?$/, `${port} ${path}`);
      assert.ok((answer.match(/HTTP\/1\.1 /g) ?? []).length <= 1, answer);
    }
  });

void test('two hosts: 400 for a page and for a socket as well', async () => {
  const port = Number(new URL(cluster.url).port);
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';
  const key = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
  for (const [path, more] of [
    ['/healthz', ''],
    ['/ws', upgrade + key],
  ] as const) {
    const answer = await exchange(port, `GET ${path} HTTP/1.1\r\nHost: a\r\nHost: b\r\n${more}\r\n`);
    assert.match(answer, /^HTTP\/1\.1 400 /);
  }
});
