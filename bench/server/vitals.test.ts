import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { VitalsReader } from './vitals.ts';

let readings = 0;
const server = createServer((request, response) => {
  const isWorker = request.url === '/worker';
  readings += Number(isWorker);
  response.end(
    [
      ...(isWorker ? [`skein_journal_backlog_bytes ${readings * 100}`, 'skein_sockets 7'] : []),
      'nodejs_eventloop_lag_p99_seconds 0.0125',
      'nodejs_heap_size_used_bytes 5000000',
      `nodejs_gc_duration_seconds_sum{kind="minor"} ${readings}`,
      `nodejs_gc_duration_seconds_count{kind="minor"} ${readings}\n`,
    ].join('\n'),
  );
}).listen(0);
await once(server, 'listening');
after(() => server.close());
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

test('what the processes tell is put together and named; the first reading is only where counting begins', async () => {
  const reader = new VitalsReader([`${base}/projector`, `${base}/worker`, 'http://127.0.0.1:1/gone'], 100);
  const seen = [];
  for (let waits = 0; seen.length < 2 && waits < 100; waits++) {
    await delay(20);
    const vitals = reader.take();
    if (vitals) seen.push(vitals);
  }
  reader.stop();
  const [first, second] = seen;
  assert.deepEqual([first?.backlogBytes, second?.backlogBytes], [200, 300]);
  assert.equal(first?.sockets, 7);
  assert.deepEqual(first?.eventLoopP99Ms, { projector: 12.5, 'worker 1': 12.5 });
  assert.deepEqual(first?.heapUsedBytes, { projector: 5_000_000, 'worker 1': 5_000_000 });
  // A second of collecting from one reading to the next, ten readings a second.
  assert.ok(second!.gcMs > 2_000, String(second?.gcMs));
});

test('without addresses nothing is read', async () => {
  const reader = new VitalsReader([], 10);
  await delay(30);
  assert.equal(reader.take(), null);
  reader.stop();
});
