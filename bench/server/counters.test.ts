import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { countersBetween, readCounters } from './counters.ts';

const texts = [
  '# HELP skein_a_total A\nskein_a_total 3\nskein_closes_total{code="1000"} 2\nskein_closes_total{code="4201"} 1\nskein_sockets 7\n',
  'skein_a_total 4\nprocess_cpu_seconds_total 9\n',
  [
    'nodejs_gc_duration_seconds_bucket{le="0.001",kind="minor"} 1',
    'nodejs_gc_duration_seconds_bucket{le="0.01",kind="minor"} 5',
    'nodejs_gc_duration_seconds_bucket{le="0.1",kind="minor"} 7',
    'nodejs_gc_duration_seconds_sum{kind="minor"} 0.5',
    'nodejs_gc_duration_seconds_count{kind="minor"} 8',
    'nodejs_gc_duration_seconds_bucket{le="0.01",kind="major"} 0',
    'nodejs_gc_duration_seconds_bucket{le="0.1",kind="major"} 2',
    'nodejs_gc_duration_seconds_sum{kind="major"} 0.25',
    'nodejs_gc_duration_seconds_count{kind="major"} 2\n',
  ].join('\n'),
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
  });
});

test('pauses for garbage are counted over all kinds, with those that someone might feel', async () => {
  assert.deepEqual(await readCounters([urlOf(2)]), {
    nodejs_gc_pauses: 10,
    nodejs_gc_pause_seconds: 0.75,
    nodejs_gc_pauses_over_10ms: 5,
    nodejs_gc_pauses_over_100ms: 1,
  });
});

test('what was added in between is told, and what stood still is not', () => {
  const before = { skein_a_total: 3, skein_b_total: 5 };
  const after = { skein_a_total: 7, skein_b_total: 5, skein_c_total: 2 };
  assert.deepEqual(countersBetween(before, after), { skein_a_total: 4, skein_c_total: 2 });
});
