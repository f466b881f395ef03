// A server without a place for files says so, rather than that there is no such path.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { pino } from 'pino';
import { App, us_listen_socket_close, type us_listen_socket } from 'uWebSockets.js';
import { freePort } from '../../../../ops/embedded/ports.ts';
import { Authenticator } from '../../gateway/authenticator.ts';
import { Limiter } from '../../limits/limiter.ts';
import { rates } from '../../limits/rates.ts';
import {
  systemClock as clock,
  systemRandom as random,
  systemTimers as timers,
} from '../../../system-ports.ts';
import { openUploads } from './uploads.ts';
import { CrossOrigin } from '../api/cross-origin.ts';

void test('[MSG-7] without a folder for files the answer is that uploads are unavailable', async () => {
  const limiter = new Limiter({ rates, shared: null, clock, timers });
  const uploads = await openUploads({
    pool: new pg.Pool(),
    authenticator: new Authenticator({
      builtIn: null,
      externalIssuers: [],
      ended: { has: () => false, ageMs: 0 },
    }),
    limiter,
    blobDir: '',
    expiresAfterMs: 60_000,
    crossOrigin: new CrossOrigin([]),
    room: { isFull: false },
    checkMember: () => Promise.reject(new Error('nobody is asked')),
    clock,
    timers,
    random,
    log: pino({ level: 'silent' }),
  });
  const app = App();
  uploads.attach(app);
  const port = await freePort();
  const socket = await new Promise<us_listen_socket | false>((resolve) =>
    app.listen('127.0.0.1', port, resolve),
  );
  try {
    for (const path of ['/v1/uploads', '/v1/uploads/x', '/v1/conversations/x/attachments/y/preview']) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: 'content' });
      assert.equal(answer.status, 503);
      const { code, detail } = (await answer.json()) as Record<string, string>;
      assert.equal(code, 'unavailable');
      assert.match(detail!, /SKEIN_BLOB_DIR/);
    }
  } finally {
    if (socket) us_listen_socket_close(socket);
    uploads.stop();
    limiter.stop();
  }
});
