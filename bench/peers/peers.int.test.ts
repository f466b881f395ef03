// The comparison, small: every set-up is started, loaded in both ways, checked, and gone afterwards.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { HostTime } from '../machine/host-time.ts';
import { available } from './programs.ts';
import { findRedis } from './redis.ts';
import type { PeerResult, PeersResult } from './report.ts';
import { limits } from '../../protocol/limits.ts';
import { presentCentrifugo } from '../../ops/testing/centrifugo-binary.ts';
import { onlyInAll } from '../../protocol/testing/rounds.ts';
import { runBench } from '../testing/bench-run.ts';

const size = ['--connections', '20', '--members', '20', '--rate', '50', '--window', '2'];
const load = [...size, '--seconds', '1', '--warmup', '0.5'];
async function compare(only: string): Promise<readonly PeerResult[]> {
  const { code, stdout, stderr, result, leftovers } = await runBench('peers', ...load, '--only', only);
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  const { peers } = result as PeersResult;
  for (const { pairs, room } of peers) {
    assert.deepEqual([pairs.sent, pairs.delivered, pairs.lost, pairs.outOfOrder], [75, 75, 0, 0]);
    assert.equal(pairs.latency.count, 50);
    assert.ok(room.sent > 10 && room.delivered === room.sent * 20, JSON.stringify(room));
  }
  assert.match(stdout, /OK: every delivery came once, in the order of its sender/);
  const { host } = result as { readonly host: HostTime };
  assert.equal(host.parts.length, 2 * peers.length);
  assert.match(
    stdout,
    /Host of this machine\n.*[Ii]n \d+ of \d+ s the host took more than 5% of the machine/,
  );
  assert.deepEqual(leftovers, []);
  return peers;
}

test('Skein is measured in pairs and in a room', async () => {
  const [skein] = await compare('skein');
  assert.deepEqual([skein!.pairs.cpuTimesThatOf, skein!.room.cpuTimesThatOf], [{}, {}]);
});

test('the durable floor acknowledges every message, and its processor time is told as a multiple', async () => {
  const [floor, uws] = await compare('floor,uws');
  for (const part of ['pairs', 'room'] as const) {
    assert.equal(floor![part].acknowledged, floor![part].sent);
    const [ofFloor, ofUws] = [floor!, uws!].map((peer) => peer[part].cpuMsPerDelivery.servers!);
    assert.deepEqual(floor![part].cpuTimesThatOf, { uws: ofFloor! / ofUws!, floor: 1 });
    assert.deepEqual(uws![part].cpuTimesThatOf, { uws: 1, floor: ofUws! / ofFloor! });
  }
});

test(
  'messages beyond the rate limit are counted as refused, and missed by nobody',
  { skip: onlyInAll },
  async () => {
    const hasty = ['--connections', '4', '--members', '4', '--rate', '1600', '--window', '2'];
    const length = ['--seconds', '1', '--warmup', '0.5', '--only', 'skein'];
    const { code, stdout, stderr, result } = await runBench('peers', ...hasty, ...length);
    assert.equal(code, 0, `${stdout}\n${stderr}`);
    const { pairs } = (result as PeersResult).peers[0]!;
    const { rate_limited: refused = 0, ...otherwise } = pairs.refused;
    assert.deepEqual(otherwise, {});
    // Each of four has a burst and what comes anew while it lasts.
    const taken = pairs.sent - refused;
    assert.ok(
      pairs.sent === 2_400 && taken >= 4 * limits.sendsBurst && refused > 1_000,
      `${refused} refused`,
    );
    assert.deepEqual(
      [pairs.acknowledged, pairs.delivered, pairs.lost, pairs.outOfOrder, pairs.refusedYetDelivered],
      [taken, taken, 0, 0, 0],
    );
    assert.match(
      stdout,
      new RegExp(`Skein, pairs: of 2400 messages were refused ${refused} rate_limited\\.`),
    );
  },
);

test('Socket.IO over Redis Streams is measured, binary and text', { skip: onlyInAll }, async () => {
  await compare('socketIoBinary,socketIoText');
});

test('ejabberd with its archive acknowledges every message', { skip: onlyInAll }, async () => {
  const [ejabberd] = await compare('ejabberd');
  const { pairs, room } = ejabberd!;
  assert.deepEqual([pairs.acknowledged, room.acknowledged], [pairs.sent, room.sent]);
});

/** To build one takes minutes. */
const noCentrifugo = async () =>
  !(await presentCentrifugo()) && 'none was built: run the comparison with it once';

test('Centrifugo acknowledges every message', { skip: onlyInAll || (await noCentrifugo()) }, async () => {
  const [centrifugo] = await compare('centrifugo');
  const { pairs, room } = centrifugo!;
  assert.deepEqual([pairs.acknowledged, room.acknowledged], [pairs.sent, room.sent]);
});

test('without a Redis it is said what to do, before anything starts', async () => {
  await assert.rejects(
    findRedis({ PATH: '/nowhere', SKEIN_REDIS_SERVER: '/nowhere/redis-server' }),
    /SKEIN_REDIS_SERVER/,
  );
});

test('a set-up whose programs cannot be had is left out, and it is said what to do', async () => {
  const nowhere = { PATH: '/nowhere', XDG_CACHE_HOME: mkdtempSync(path.join(os.tmpdir(), 'skein-bench-')) };
  const hasEjabberd = existsSync('/usr/share/ejabberd');
  try {
    const { dialects, notes } = await available(['uws', 'ejabberd'], nowhere);
    assert.deepEqual(dialects, hasEjabberd ? ['uws', 'ejabberd'] : ['uws']);
    if (!hasEjabberd) assert.match(notes.join(), /^without ejabberd: No ejabberd .* install the packages/);
  } finally {
    rmSync(nowhere.XDG_CACHE_HOME, { recursive: true });
  }
});
