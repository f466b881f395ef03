// Behaviour that every route of the HTTP API shares, over a real uWebSockets server.
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import { App, us_listen_socket_close, type us_listen_socket } from 'uWebSockets.js';
import { freePort } from '../../../../ops/embedded/ports.ts';
import { json, Refusal } from './problem.ts';
import { Routes, type Handler } from './routes.ts';
import { stream } from './stream.ts';

const logged: string[] = [];
const log = pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) });
let url = '';
let listening: us_listen_socket | undefined;

const handlers: Record<string, Handler> = {
  refuses: () => Promise.reject(new Refusal('rate_limited', { retryAfterMs: 1_500, detail: 'Slower.' })),
  throws: () => {
    throw new Refusal('too_late');
  },
  breaks: () => Promise.reject(new Error('unforeseen')),
  away: () => Promise.reject(Object.assign(new Error('no'), { code: 'ECONNREFUSED' })),
  echoes: async (exchange, body) => {
    const text = (await body.whole(1_000)).toString();
    return json({ text, asked: exchange.query.get('asked'), name: exchange.parameter(0) });
  },
  ignores: () => Promise.resolve(json({})),
  stops: async (exchange) => {
    const content = (async function* () {
      yield await Promise.resolve(Buffer.alloc(10));
      throw new Error('the disk is gone');
    })();
    await stream(exchange, { status: 200, headers: {}, bytes: 20, content });
    return null;
  },
};

before(async () => {
  const app = App();
  const routes = new Routes(app, { log, headers: { 'x-common': 'yes' } });
  for (const [name, handler] of Object.entries(handlers)) {
    routes.on('post', `/${name}/:name`, handler).on('head', `/${name}/:name`, handler);
  }
  const port = await freePort();
  await new Promise<void>((resolve) => {
    app.listen('127.0.0.1', port, (socket) => {
      if (socket) listening = socket;
      resolve();
    });
  });
  url = `http://127.0.0.1:${port}`;
});
after(() => {
  if (listening) us_listen_socket_close(listening);
});

const post = (path: string, body = '') => fetch(`${url}${path}`, { method: 'POST', body });

void test('a refusal is a problem with the code of the protocol, and says when to try again', async () => {
  const answer = await post('/refuses/x');
  assert.equal(answer.status, 429);
  assert.equal(answer.headers.get('content-type'), 'application/problem+json');
  assert.equal(answer.headers.get('retry-after'), '2');
  assert.equal(answer.headers.get('x-common'), 'yes');
  assert.deepEqual(await answer.json(), {
    type: 'urn:skein:error:rate_limited',
    title: 'Too many requests. Wait as long as retryAfterMs says.',
    status: 429,
    code: 'rate_limited',
    detail: 'Slower.',
    retryAfterMs: 1_500,
  });
});

void test('whatever a handler throws is answered; only what nobody foresaw is logged, and never told', async () => {
  assert.equal((await post('/throws/x')).status, 409);
  assert.equal((await post('/away/x')).status, 503);
  assert.equal(logged.length, 0);
  const broken = await post('/breaks/x');
  assert.equal(broken.status, 500);
  assert.ok(!(await broken.text()).includes('unforeseen'));
  assert.match(logged.join(), /unforeseen/);
});

void test('a request is read whole, within its bound', async () => {
  const answer = await post('/echoes/n%C3%A4me?asked=a%20b', 'words');
  assert.deepEqual(await answer.json(), { text: 'words', asked: 'a b', name: 'n%C3%A4me' });
  assert.equal((await post('/echoes/x', 'y'.repeat(1_000))).status, 200);
  assert.equal((await post('/echoes/x', 'y'.repeat(1_001))).status, 413);
});

void test('a body that nobody wants does not hold up the connection', async () => {
  for (let count = 0; count < 3; count++)
    assert.equal((await post('/ignores/x', 'y'.repeat(3_000_000))).status, 200);
  assert.equal((await fetch(`${url}/refuses/x`, { method: 'HEAD' })).status, 429);
});

void test('an answer that cannot be completed is cut off, not passed for whole', async () => {
  await assert.rejects(async () => (await post('/stops/x')).arrayBuffer());
  assert.match(logged.join(), /the disk is gone/);
});

void test('a client that leaves in the middle of its request harms nobody', async () => {
  const request = httpRequest(`${url}/echoes/x`, { method: 'POST', headers: { 'content-length': '900' } });
  request.on('error', () => undefined);
  await new Promise<void>((resolve) => request.write('half', () => resolve()));
  request.destroy();
  assert.equal((await post('/echoes/x', 'still here')).status, 200);
});
