// Refusals of the REST API: on a real cluster, which also serves a web client on the same port.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { until } from '../../../../protocol/waiting.ts';
import { acquireServices, type TestServices } from '../../../../ops/testing/services.ts';
import { TestCluster } from '../../../../ops/testing/test-cluster.ts';
import { limits } from '../../../../protocol/limits.ts';
import { userIdOf } from '../../gateway/authenticator.ts';
import { refused, RestClient } from './testing/rest-client.ts';

const friend = 'https://app.example.org';
let services: TestServices;
let cluster: TestCluster;
let webDir: string;
let ann: RestClient;
let room: string;

before(async () => {
  webDir = mkdtempSync(path.join(os.tmpdir(), 'skein-web-'));
  writeFileSync(path.join(webDir, 'index.html'), '<!doctype html><title>the app</title>');
  services = await acquireServices();
  cluster = await TestCluster.start({ services, env: { SKEIN_WEB_DIR: webDir, SKEIN_CORS_ORIGINS: friend } });
  ann = await RestClient.of(cluster, 'ann');
  const ben = await RestClient.of(cluster, 'ben');
  await Promise.all([ann, ben].map((each) => each.get('/v1/conversations')));
  const opened = await ann.put(`/v1/users/${userIdOf(cluster.issuer.issuer, 'ben')}/conversation`);
  room = opened.json.conversation.conversationId as string;
});

after(async () => {
  await cluster?.stop();
  await services?.stop();
  rmSync(webDir, { recursive: true, force: true });
});

test('[ACC-2] without a valid token nothing is answered, and the challenge says why', async () => {
  const short = await cluster.issuer.token('ann', { expiresInSeconds: -60 });
  const foreign = await cluster.issuer.token('ann', { audience: 'else' });
  const whole = await cluster.issuer.token('ann');
  const forged = `${whole.slice(0, -4)}AAAA`;
  const tokens = [null, short, foreign, forged, 'no.jwt.atall', 'x'.repeat(1_000)];
  for (const token of tokens) {
    const answer = await new RestClient(cluster.url, token).get(`/v1/conversations/${room}`);
    refused(answer, 401, 'unauthenticated');
    const challenge = token === null ? 'Bearer' : 'Bearer error="invalid_token"';
    assert.equal(answer.headers.get('www-authenticate'), challenge);
  }
  const basic = { authorization: 'Basic YTpi' };
  refused(await new RestClient(cluster.url, null).get('/v1/blocks', basic), 401, 'unauthenticated');
});

test('[ACC-2] pages of the origins that are set may use the API with a token, and others may not', async () => {
  const url = `${cluster.url}/v1/conversations/${room}`;
  const asked = {
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'authorization, idempotency-key',
  };
  const cors = ({ headers }: Response) =>
    ['allow-origin', 'allow-headers', 'max-age'].map((name) => headers.get(`access-control-${name}`));
  for (const path of [url, `${cluster.url}/v1/uploads`]) {
    const allowed = await fetch(path, { method: 'OPTIONS', headers: { origin: friend, ...asked } });
    assert.equal(allowed.status, 204, path);
    assert.deepEqual(cors(allowed), [friend, 'authorization, idempotency-key', '7200']);
    const stranger = { origin: 'https://app.example.com', ...asked };
    assert.deepEqual(cors(await fetch(path, { method: 'OPTIONS', headers: stranger })), [null, null, null]);
  }
  const token = await cluster.issuer.token('ann');
  const get = (origin: string, bearer: string) =>
    fetch(url, { headers: { origin, authorization: `Bearer ${bearer}` } });
  const answer = await get(friend, token);
  assert.deepEqual(
    [answer.status, cors(answer)[0], answer.headers.get('vary')],
    [200, friend, 'authorization, origin'],
  );
  assert.deepEqual(cors(await get(friend, 'no')), [friend, null, null], 'refusals can be read too');
  assert.equal(cors(await get('https://app.example.com', token))[0], null);
  assert.equal(cors(await get('null', token))[0], null);
});

test('[ACC-2] to whoever is no member a conversation does not exist', async () => {
  const cyd = await RestClient.of(cluster, 'cyd');
  const one = `/v1/conversations/${room}`;
  const answers = await Promise.all([
    cyd.get(one),
    cyd.get(`${one}/events`),
    cyd.get(`${one}/members`),
    cyd.get(`${one}/receipts`),
    cyd.get(`${one}/insight`),
    cyd.get(`${one}/audit`),
    cyd.post(`${one}/messages`, { body: 'let me in' }),
    cyd.put(`${one}/typing`, { active: true }),
    cyd.put(`${one}/cursor`, { deliveredSeq: 1, readSeq: 1 }),
    cyd.put(`${one}/mute`, { untilMs: 0 }),
    cyd.get(`/v1/conversations/${crypto.randomUUID()}`),
  ]);
  for (const answer of answers) refused(answer, 404, 'conversation_not_found');
  refused(await cyd.get(`${one}/messages/1/revisions`), 404, 'conversation_not_found');
});

test('a field at fault is named', async () => {
  const one = `/v1/conversations/${room}`;
  const invalid: [Promise<Parameters<typeof refused>[0]>, RegExp][] = [
    [ann.get('/v1/conversations/nobody'), /conversationId/],
    [ann.get(`/v1/conversations/${room.toUpperCase()}`), /conversationId/],
    [ann.get('/v1/conversations?limit=0'), /The field limit .*greater or equal to 1/],
    [ann.get('/v1/conversations?limit=ten'), /The field limit .*integer/],
    [ann.get('/v1/conversations?limit=1&limit=2'), /limit is there twice/],
    [ann.get('/v1/conversations?page=2'), /The field page is unknown: known are cursor, limit/],
    [ann.get(`${one}?what=1`), /The field what is unknown: there are no fields here/],
    [ann.get(`${one}/events?after=-1`), /The field after/],
    [ann.get('/v1/users/search'), /handlePrefix is missing/],
    [ann.get(`${one}/messages/1/reactions/%E0%A4`), /emoji is not percent-encoded/],
    [ann.put(`${one}/messages/1/reactions/a%00`), /NUL/],
    [ann.post(`${one}/messages`, { text: 'hi' }), /The field text is unknown/],
    [ann.post(`${one}/messages`, {}), /The field body is missing/],
    [ann.post(`${one}/messages`, []), /The body must be an object/],
    [ann.post(`${one}/messages`, { body: 7 }), /The field body .*string/],
    [ann.post(`${one}/messages`, { body: 'x', mentions: [room, 'y'] }), /The field mentions\[1\]/],
    [ann.post(`${one}/messages`, { body: 'x', replyTo: 1.5 }), /The field replyTo .*integer/],
    [ann.post(`${one}/messages`, { body: 'x', key: null }), /The field key/],
    [ann.post(`${one}/messages`, { body: 'nul \0' }), /NUL/],
    [ann.put(`${one}/typing`, { active: 'true' }), /The field active .*boolean/],
    [ann.post(`${one}/moderation`, { reason: 'x', direction: 'up' }), /The field direction/],
  ];
  for (const [answer, detail] of invalid) refused(await answer, 400, 'invalid_frame', detail);
});

test('a body is JSON, bounded, and says every name once', async () => {
  const messages = `/v1/conversations/${room}/messages`;
  const json = { 'content-type': 'application/json' };
  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = json) =>
    ann.raw('POST', messages, body, headers);
  refused(await post('{"body":"x"}', { 'content-type': 'text/plain' }), 415, 'invalid_request');
  refused(await post('{"body":"x"}', { ...json, 'content-encoding': 'gzip' }), 415, 'invalid_request');
  refused(await ann.raw('POST', messages, undefined, {}), 415, 'invalid_request');
  refused(await post('{"body":'), 400, 'invalid_frame', /not JSON/);
  refused(await post('{"body":"x","body":"y"}'), 400, 'invalid_frame', /body is there twice/);
  refused(await post(`{"body":${'['.repeat(20)}${']'.repeat(20)}}`), 400, 'invalid_frame', /nested/);
  refused(await post(new Uint8Array([0x22, 0xff, 0x22])), 400, 'invalid_frame', /UTF-8/);
  refused(await post(`{"body":"${'x'.repeat(limits.frameBytesMax)}"}`), 413, 'invalid_request');
  const long = 'x'.repeat(limits.messageBodyBytesMax + 1);
  refused(await ann.post(messages, { body: long }), 413, 'body_too_large');
  refused(await ann.post(messages, { body: '  ' }), 400, 'body_empty');
  const charset = { 'content-type': 'Application/JSON; charset=utf-8' };
  assert.equal((await post('{"body":"fine"}', charset)).status, 201);
});

test('the wrong method is told the right ones, and a path that is not is no page of the web client', async () => {
  const one = `/v1/conversations/${room}`;
  const wrong: [string, string, string][] = [
    ['PATCH', one, 'GET, DELETE, HEAD'],
    ['GET', `${one}/messages`, 'POST'],
    ['PUT', '/v1/uploads', 'POST, OPTIONS'],
    ['OPTIONS', '/v1/blocks', 'GET, HEAD'],
    ['DELETE', '/v1/openapi.json', 'GET, HEAD'],
  ];
  for (const [method, where, allow] of wrong) {
    const answer = await ann.send(method, where);
    refused(answer, 405, 'invalid_request');
    assert.equal(answer.headers.get('allow'), allow);
  }
  for (const where of [
    '/v1',
    '/v1/',
    '/v1/nothing',
    `${one}/`,
    `${one}/nothing`,
    '/v1/conversations//members',
  ])
    for (const method of ['GET', 'POST', 'DELETE', 'PATCH', 'OPTIONS'])
      refused(await ann.send(method, where), 404, 'invalid_request', /\/v1\/docs/);
  assert.equal((await ann.send('HEAD', '/v1/nothing')).status, 404);
  // Other paths stay the web client's.
  assert.match(await (await fetch(`${cluster.url}/v2/whatever`)).text(), /the app/);
  assert.match(await (await fetch(cluster.url)).text(), /the app/);
});

test('what is unchanged is not sent again, and HEAD has no body', async () => {
  // One of its own: the last message of another may just be on its way into the record.
  await (await RestClient.of(cluster, 'dan')).get('/v1/conversations');
  const opened = await ann.put(`/v1/users/${userIdOf(cluster.issuer.issuer, 'dan')}/conversation`);
  const one = `/v1/conversations/${opened.json.conversation.conversationId}`;
  for (const where of [one, `${one}/members`]) {
    const first = await ann.get(where);
    const etag = first.headers.get('etag')!;
    assert.match(etag, /^"[\w-]+"$/);
    assert.equal(first.headers.get('cache-control'), 'private, no-cache');
    const again = await ann.get(where, { 'if-none-match': `"other", ${etag}` });
    assert.deepEqual([again.status, again.json, again.headers.get('etag')], [304, '', etag]);
    const head = await ann.send('HEAD', where);
    assert.deepEqual([head.status, head.json, head.headers.get('etag')], [200, '', etag]);
  }
  const before = (await ann.get(one)).headers.get('etag')!;
  await ann.post(`${one}/messages`, { body: 'something new' });
  assert.equal((await ann.get(one, { 'if-none-match': before })).status, 200);
});

test('the description is there for programs and people, without a token', async () => {
  const anybody = new RestClient(cluster.url, null);
  const document = await anybody.get('/v1/openapi.json');
  assert.deepEqual([document.status, document.json.openapi], [200, '3.1.0']);
  const etag = document.headers.get('etag')!;
  assert.equal((await anybody.get('/v1/openapi.json', { 'if-none-match': etag })).status, 304);
  const page = await anybody.get('/v1/docs');
  assert.match(page.json as string, /<h1>Skein REST API<\/h1>/);
  assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.match(page.headers.get('content-security-policy')!, /default-src 'none'/);
});

test('[ACC-6] over the limit of a user the answer says when to try again', async () => {
  const hasty = await RestClient.of(cluster, 'hasty');
  let refusal: Parameters<typeof refused>[0] | null = null;
  // Two workers count apart where no Redis tells them of each other.
  for (let round = 0; round < 20 && !refusal; round++) {
    const answers = await Promise.all(
      Array.from({ length: limits.searchesBurst }, () => hasty.get('/v1/users/search?handlePrefix=q')),
    );
    refusal = answers.find(({ status }) => status === 429) ?? null;
  }
  assert.ok(refusal);
  refused(refusal, 429, 'rate_limited');
  assert.ok(Number(refusal.headers.get('retry-after')) >= 1 && refusal.json.retryAfterMs > 0);
  // Other things have budgets of their own.
  assert.equal((await hasty.get('/v1/blocks')).status, 200);
});

test('a client that leaves in the middle of its request harms nobody', async () => {
  const { hostname, port } = new URL(cluster.url);
  const token = await cluster.issuer.token('ann');
  const head = `POST /v1/conversations/${room}/messages HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\n`;
  const body = '{"body":"never sent"}';
  for (const [length, sent] of [
    [body.length + 10, body],
    [body.length, body.slice(0, 5)],
    [body.length, body],
  ] as const) {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    await new Promise<void>((resolve) =>
      socket.write(`${head}content-length: ${length}\r\n\r\n${sent}`, () => resolve()),
    );
    socket.destroy();
  }
  assert.equal((await ann.get('/v1/blocks')).status, 200);
  assert.equal((await cluster.workers()).length, 2);
});

test('[OPS-5] operators see requests by operation and status, and how long they took', async () => {
  const wanted = [
    /^skein_http_requests_total\{operation="getConversation",status="304"\} [1-9]/m,
    /^skein_http_requests_total\{operation="sendMessage",status="400"\} [1-9]/m,
    /^skein_http_request_duration_seconds_count\{operation="sendMessage"\} [1-9]/m,
  ];
  const seen = await until(async () => {
    const workers = await cluster.workers();
    const texts = await Promise.all(
      workers.map(async ({ admin }) => (await fetch(`http://${admin}/metrics`)).text()),
    );
    return wanted.every((pattern) => texts.some((text) => pattern.test(text)));
  });
  assert.ok(seen);
});
