// NATS is killed, frozen and filled while people chat.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { metric } from '../../cluster/edge/gateway/testing/worker-metrics.ts';
import { eventually } from '../../protocol/waiting.ts';
import { disagreements } from './checkpoints.ts';
import { onlyInAll } from '../../protocol/testing/rounds.ts';
import { lasting, Stage } from './stage.ts';

let stage: Stage;

before(async () => {
  stage = await Stage.open({ workers: 2 });
  await stage.balanced();
});
after(() => stage?.close());

test('[MSG-2] the chat outlives kill -9 of NATS, and so do the watches (FAULTS 7)', async () => {
  await stage.underLoad(async (load) => {
    const { nats } = stage.services;
    await nats.kill();
    await nats.restart();
    await load.goesOnEverywhere(20);
    // Everyone has to hear of a new map.
    const { pid, incarnation } = await stage.someOwner();
    process.kill(pid, 'SIGKILL');
    await stage.servedWithout([incarnation]);
    await load.goesOnEverywhere(20);
  });
});

test('NATS that stands still for 10 s costs nobody the shards, and no append counts as failed (FAULTS 9)', async () => {
  await stage.balanced();
  const seals = stage.audit.sealCount;
  const repeats = await metric(stage.cluster, 'skein_journal_repeats_total');
  await stage.underLoad(async (load) => {
    const { nats } = stage.services;
    nats.pause();
    await lasting(10_000);
    nats.resume();
    await load.goesOnEverywhere(20);
  });
  const repeated = async () => (await metric(stage.cluster, 'skein_journal_repeats_total')) > repeats;
  await eventually(repeated);
  assert.equal(stage.audit.sealCount, seals, `somebody was taken for dead:\n${stage.story}`);
});

test(
  'kill -9 of NATS right after a journal was trimmed reuses no sequence, and draining anew does no harm (FAULTS 8)',
  { skip: onlyInAll },
  async () => {
    await stage.underLoad(
      async (load) => {
        for (let round = 0; round < 3; round++) {
          const { incarnation, pid } = await stage.someOwner();
          const trimmedBefore = await stage.audit.firstSeqOf(incarnation);
          await eventually(async () => (await stage.audit.firstSeqOf(incarnation)) > trimmedBefore, {
            everyMs: 5,
          });
          await stage.services.nats.kill();
          await stage.services.nats.restart();
          await load.goesOnEverywhere(10);
          for (const projector of stage.cluster.pidsOf('projector/main.ts'))
            process.kill(projector, 'SIGKILL');
          process.kill(pid, 'SIGKILL');
          await stage.servedWithout([incarnation]);
          await load.goesOnEverywhere(10);
          assert.deepEqual(await disagreements(stage.cluster.database, stage.audit), []);
        }
      },
      { pairs: 8, groups: 0, rate: 250, bodyBytes: 16_000 },
    );
  },
);
