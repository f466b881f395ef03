// How soon another worker has the shards of one that is killed, which a machine that does other things meanwhile could not
// tell.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage } from './stage.ts';

let stage: Stage;

before(async () => {
  stage = await Stage.open({ workers: 2 });
});
after(() => stage?.close());

test('[MSG-2][OPS-4] the chat outlives kill -9 of each worker (FAULTS 1, 17)', async (t) => {
  await stage.balanced();
  const history = await stage.underLoad(async (load) => {
    for (const { pid, incarnation } of await stage.cluster.workers()) {
      const startedMs = performance.now();
      process.kill(pid, 'SIGKILL');
      await stage.servedWithout([incarnation]);
      const tookMs = performance.now() - startedMs;
      t.diagnostic(`its shards had another owner after ${Math.round(tookMs)} ms`);
      assert.ok(tookMs < 2_000, `failover took ${tookMs} ms`);
      await load.goesOnEverywhere(20);
      // The newcomer gets its share by planned moves, under the load.
      await stage.balanced();
    }
    for (const { key, seq } of load.acknowledged.slice(0, 100)) assert.equal(await load.repeat(key), seq);
  });
  assert.ok(history.acknowledged.length > 500);
});
