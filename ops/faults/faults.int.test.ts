// Every process is killed while people chat: nothing acknowledged is lost, nothing is doubled, the order is one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isAlive } from '../embedded/process-tree.ts';
import { eventually } from '../embedded/waiting.ts';
import { startPrivateServices, type PrivateServices } from '../testing/services.ts';
import { TestCluster } from '../testing/test-cluster.ts';
import { violations } from './history.ts';
import { Load } from './load.ts';

let services: PrivateServices;
let cluster: TestCluster;
let load: Load;

before(async () => {
  services = await startPrivateServices();
  cluster = await TestCluster.start({ services, workers: 2 });
  load = await Load.start(cluster, { pairs: 15, rate: 500 });
  await load.goesOn(500, 20_000);
});

after(async () => {
  load?.close();
  await cluster?.stop();
  await services?.stop();
});

/** Two workers, each with its share of the shards. */
async function isBalanced(): Promise<boolean> {
  const { workers, owners } = (await cluster.shardMap())!;
  const loads = workers.map((_, index) => owners.filter((owner) => owner === index).length);
  return loads.length === 2 && Math.max(...loads) <= 564;
}

test('[MSG-2] the chat outlives kill -9 of each worker (FAULTS 1, 17)', { timeout: 90_000 }, async () => {
  for (const worker of await cluster.workers()) {
    process.kill(worker.pid, 'SIGKILL');
    await eventually(async () => (await cluster.shardMap())?.workers.includes(worker.incarnation) === false, {
      timeoutMs: 15_000,
    });
    await load.goesOn(1_000, 20_000);
    await eventually(async () => (await cluster.workers()).length === 2, { timeoutMs: 20_000 });
    // The newcomer gets its share by planned moves, under the load.
    await eventually(isBalanced, { timeoutMs: 20_000 });
  }
});

test('[MSG-4] a retry of an acknowledged key after its worker died returns the same sequence number', async () => {
  const before = load.acknowledgedKeys.slice(0, 100);
  for (const { key, seq } of before) assert.equal(await load.repeat(key), seq);
});

test('[MSG-2] the chat outlives kill -9 of the projector (FAULTS 3)', { timeout: 60_000 }, async () => {
  for (const pid of cluster.pidsOf('projector/main.ts')) process.kill(pid, 'SIGKILL');
  await load.goesOn(1_000, 20_000);
});

test(
  '[MSG-2] the chat outlives kill -9 of NATS, restarted at once (FAULTS 7)',
  { timeout: 60_000 },
  async () => {
    await services.nats.kill();
    await services.nats.restart();
    await load.goesOn(1_000, 30_000);
  },
);

test(
  '[MSG-3] the chat goes on while PostgreSQL is down for 20 s (FAULTS 13)',
  { timeout: 90_000 },
  async () => {
    await services.postgres.kill();
    const downUntilMs = performance.now() + 20_000;
    while (performance.now() < downUntilMs) await load.goesOn(500, 10_000);
    await services.postgres.restart();
    await load.goesOn(500, 20_000);
  },
);

test('[MSG-3] 100 messages posted while PostgreSQL is down are acknowledged, delivered and recorded later', async () => {
  await services.postgres.kill();
  const acknowledgedBefore = load.acknowledgedCount;
  await load.goesOn(100, 5_000);
  await load.delivered(acknowledgedBefore + 100, 5_000);
  await services.postgres.restart();
  const acknowledged = load.acknowledgedCount;
  await eventually(async () => (await load.projectedCount()) >= acknowledged, { timeoutMs: 30_000 });
});

test('a worker that stood still past its lease is replaced and ends when it wakes (FAULTS 5)', async () => {
  const { workers } = (await cluster.shardMap())!;
  const frozen = (await cluster.workers()).find(({ incarnation }) => workers.includes(incarnation));
  process.kill(frozen!.pid, 'SIGSTOP');
  await eventually(async () => (await cluster.shardMap())?.workers.includes(frozen!.incarnation) === false, {
    timeoutMs: 15_000,
  });
  await load.goesOn(200, 20_000);
  process.kill(frozen!.pid, 'SIGCONT');
  await eventually(() => !isAlive(frozen!.pid), { timeoutMs: 15_000 });
  assert.match(cluster.log, /may not append to its journal any more and ends/);
});

test('[OPS-3] shards move back and forth under load, and nobody notices', { timeout: 60_000 }, async () => {
  await eventually(isBalanced, { timeoutMs: 20_000 });
  const before = (await cluster.shardMap())!.version;
  const [gone] = await cluster.workers();
  process.kill(gone!.pid, 'SIGTERM');
  await eventually(async () => (await cluster.shardMap())!.version > before && (await isBalanced()), {
    timeoutMs: 30_000,
  });
  await load.goesOn(500, 20_000);
  assert.match(cluster.log, /shards moved/);
});

test(
  '[MSG-1][MSG-2][OFF-4] afterwards nothing is missing, doubled or out of order',
  { timeout: 90_000 },
  async () => {
    await load.settle(60_000);
    const history = await load.history();
    assert.deepEqual(violations(history), []);
    assert.equal(history.refused.length, 0);
    const recorded = [...history.final.values()].reduce((sum, messages) => sum + messages.length, 0);
    assert.ok(recorded >= load.sentCount);
    await eventually(async () => (await load.projectedCount()) === recorded, { timeoutMs: 30_000 });
  },
);
