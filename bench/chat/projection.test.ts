import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { projectedWithin } from './projection.ts';

/** Answers of a worker, one after the other; the last one for ever. */
let backlogs: number[] = [];
const server = createServer(({ url }, response) => {
  if (url === '/other') return void response.end('skein_projector_journals 2\n');
  const backlog = backlogs.length > 1 ? backlogs.shift() : backlogs[0];
  response.end(`skein_journal_backlog_bytes ${backlog}\nskein_journal_unprojected_batches 0\n`);
}).listen(0, '127.0.0.1');
await once(server, 'listening');
after(() => server.close());
const urlOf = (name: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`;

function ask(metricsUrls: string[], settled: Promise<unknown> = Promise.resolve(), withinMs = 5_000) {
  return projectedWithin({ metricsUrls, endMs: performance.now(), withinMs, settled });
}

test('[OPS-5] tells when the workers had nothing left to project, and not before nothing more came', async () => {
  backlogs = [0, 900, 400, 0];
  const seconds = await ask([urlOf('other'), urlOf('worker')], delay(300));
  assert.ok(seconds !== null && seconds >= 0.5 && seconds < 2, String(seconds));
});

test('what was empty all along took no time', async () => {
  backlogs = [0];
  const seconds = await ask([urlOf('worker')], delay(300));
  assert.ok(seconds !== null && seconds < 0.2, String(seconds));
});

test('what is not known is not guessed', async () => {
  backlogs = [7];
  assert.equal(await ask([]), null);
  assert.equal(await ask([urlOf('other')]), null);
  assert.equal(await ask([urlOf('worker'), 'http://127.0.0.1:1/metrics']), null);
  assert.equal(await ask([urlOf('worker')], Promise.resolve(), 500), null);
});
