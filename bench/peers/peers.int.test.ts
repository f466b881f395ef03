// The comparison, small: every set-up is started, loaded in both ways, checked, and gone afterwards.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findRedis } from './redis.ts';
import type { PeersResult } from './report.ts';
import { onlyInAll } from '../../protocol/testing/rounds.ts';
import { runBench } from '../testing/bench-run.ts';

const size = ['--connections', '20', '--members', '20', '--rate', '50', '--window', '2'];
const load = [...size, '--seconds', '1', '--warmup', '0.5'];
async function compare(only: string): Promise<void> {
  const { code, stdout, stderr, result, leftovers } = await runBench('peers', ...load, '--only', only);
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  for (const { pairs, room } of (result as PeersResult).peers) {
    assert.deepEqual([pairs.sent, pairs.delivered, pairs.lost, pairs.outOfOrder], [75, 75, 0, 0]);
    assert.equal(pairs.latency.count, 50);
    assert.ok(room.sent > 10 && room.delivered === room.sent * 20, JSON.stringify(room));
  }
  assert.match(stdout, /OK: every delivery came once, in the order of its sender/);
  assert.deepEqual(leftovers, []);
}

test('Skein and uWebSockets.js alone are measured in pairs and in a room', () => compare('skein,uws'));

test('Socket.IO over Redis Streams is measured, binary and text', { skip: onlyInAll }, () =>
  compare('socketIoBinary,socketIoText'),
);

test('without a Redis it is said what to do, before anything starts', async () => {
  await assert.rejects(
    findRedis({ PATH: '/nowhere', SKEIN_REDIS_SERVER: '/nowhere/redis-server' }),
    /SKEIN_REDIS_SERVER/,
  );
});
