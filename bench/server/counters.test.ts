import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { countersBetween, readCounters } from './counters.ts';

const texts = [
  '# HELP skein_a_total A\nskein_a_total 3\nskein_closes_total{code="1000"} 2\nskein_closes_total{code="4201"} 1\nskein_sockets 7\n',
  'skein_a_total 4\nnodejs_eventloop_lag_p99_seconds 0.25\nprocess_cpu_seconds_total 9\n',
];
const server = createServer(
  (request, response) => void response.end(texts[Number(request.url!.slice(1))]),
).listen(0);
await once(server, 'listening');
after(() => server.close());
const urlOf = (index: number) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${index}`;

test('counters of all processes are added up, and one that does not answer is left out', async () => {
  assert.deepEqual(await readCounters([urlOf(0), urlOf(1), 'http://127.0.0.1:1/metrics']), {
    skein_a_total: 7,
    skein_closes_total: 3,
    nodejs_eventloop_lag_p99_seconds: 0.25,
  });
});

test('what was added in between is told, and what stood still is not', () => {
  const before = { skein_a_total: 3, skein_b_total: 5, nodejs_eventloop_lag_p99_seconds: 0.1 };
  const after = {
    skein_a_total: 7,
    skein_b_total: 5,
    skein_c_total: 2,
    nodejs_eventloop_lag_p99_seconds: 0.05,
  };
  assert.deepEqual(countersBetween(before, after), {
    skein_a_total: 4,
    skein_c_total: 2,
    nodejs_eventloop_lag_p99_seconds: 0.05,
  });
});
