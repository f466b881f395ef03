// Processes are killed and frozen while people chat.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { RequestError } from '../../protocol/client/index.ts';
import { isAlive } from '../embedded/process-tree.ts';
import { onlyInAll } from '../../protocol/testing/rounds.ts';
import { eventually, until } from '../../protocol/waiting.ts';
import { disagreements } from './checkpoints.ts';
import { lasting, Stage } from './stage.ts';

let stage: Stage;

before(async () => {
  stage = await Stage.open({ workers: 2 });
});
after(() => stage?.close());

const balanced = () => stage.balanced();
const ownsNothing = (incarnation: string) => stage.servedWithout([incarnation]);

/**
 * While NATS stands still a command gets no further than the worker that has the sender's socket. Of so many conversations
 * some are that worker's own.
 */
const manyPairs = { pairs: 32, groups: 0 };
/** Longer than readers keep back what they have read. */
const quietMs = 1_000;

test('[MSG-4] a retry gets the original result when its worker died between append and answer (FAULTS 2)', async () => {
  const { pid, incarnation } = await stage.someOwner();
  const history = await stage.underLoad(async (load) => {
    // NATS stands still with an append on its way to it; the worker will not live to see it answered. What is appended
    // next waits for that one: so it has to be a message, not that somebody has read an earlier one.
    load.stopSending();
    await eventually(() => load.unanswered.length === 0);
    await lasting(quietMs);
    stage.services.nats.pause();
    try {
      load.startSending();
      const before = load.sent.size;
      await eventually(() => load.sent.size >= before + 100);
    } finally {
      process.kill(pid, 'SIGKILL');
      stage.services.nats.resume();
    }
    const open = load.unanswered;
    await load.goesOnEverywhere(20);
    await eventually(() => !load.unanswered.some((key) => open.includes(key)));
    const now = new Map(load.acknowledged.map(({ key, seq }) => [key, seq]));
    const landed = () =>
      open.filter((key) => {
        const { conversationId } = load.sent.get(key)!;
        return stage.audit
          .eventsOf(incarnation)
          .some((event) => event.conversationId === conversationId && event.seq === now.get(key));
      });
    // The audit reads the journal at its own pace.
    assert.ok(await until(() => landed().length > 0), 'no append landed without being answered');
    for (const key of landed()) assert.equal(await load.repeat(key), now.get(key));
  }, manyPairs);
  assert.ok(history.acknowledged.length > 200);
});

test('a projector killed in the middle of a transaction leaves rows and checkpoint as they were (FAULTS 3)', async () => {
  await stage.underLoad(async (load) => {
    const { database } = stage.cluster;
    const lock = await database.connect();
    try {
      await lock.query('begin');
      await lock.query('lock table messages in exclusive mode');
      const waits = `select 1 from pg_stat_activity where application_name = 'skein projector' and wait_event_type = 'Lock'`;
      await eventually(async () => (await database.query(waits)).rowCount! > 0);
      const [pid] = stage.cluster.pidsOf('projector/main.ts');
      process.kill(pid!, 'SIGKILL');
      await eventually(() => !isAlive(pid!));
    } finally {
      await lock.query('rollback');
      lock.release();
    }
    for (let look = 0; look < 5; look++) {
      assert.deepEqual(await disagreements(database, stage.audit), []);
      await load.goesOn(50);
    }
  });
});

test('a worker that stood still past its lease is replaced, and ends when it wakes (FAULTS 5)', async () => {
  const { pid, incarnation } = await stage.someOwner();
  await stage.underLoad(async (load) => {
    process.kill(pid, 'SIGSTOP');
    await ownsNothing(incarnation);
    await load.goesOn(200);
    process.kill(pid, 'SIGCONT');
    await eventually(() => !isAlive(pid));
    await load.goesOnEverywhere(20);
  });
});

test('what a frozen worker had on its way landed before the seal, and is answered as its successor found it (FAULTS 6)', async () => {
  const { pid, incarnation } = await stage.someOwner();
  await stage.underLoad(async (load) => {
    stage.services.nats.pause();
    try {
      // From here on: what was sent before may be unanswered on a busy machine without being on its way.
      const before = load.sent.size;
      await eventually(() => load.sent.size >= before + 100);
    } finally {
      process.kill(pid, 'SIGSTOP');
      stage.services.nats.resume();
    }
    await ownsNothing(incarnation);
    const written = stage.audit.eventsOf(incarnation).length;
    process.kill(pid, 'SIGCONT');
    await eventually(() => !isAlive(pid));
    await load.goesOnEverywhere(20);
    assert.equal(stage.audit.eventsOf(incarnation).length, written, 'it wrote after its seal');
  });
});

test(
  '[OPS-3] every worker is restarted in turn under load, and no client sees an error (FAULTS 29)',
  { skip: onlyInAll },
  async () => {
    await balanced();
    const moved = await stage.cluster.supervisorMetric('skein_moves_shards_total');
    await stage.underLoad(async (load) => {
      for (const { pid, incarnation } of await stage.cluster.workers()) {
        process.kill(pid, 'SIGTERM');
        await eventually(() => !isAlive(pid));
        await ownsNothing(incarnation);
        await balanced();
        await load.goesOnEverywhere(20);
      }
      const planned = (await stage.cluster.supervisorMetric('skein_moves_shards_total')) - moved;
      assert.ok(planned > 0, 'no shard moved by plan');
    });
  },
);

test('[MSG-4] a key replayed with another body is refused and the original kept, by another worker too (FAULTS 28)', async () => {
  const { pid } = await stage.someOwner();
  await stage.underLoad(async (load) => {
    const [seat] = load.pairs;
    const isTheirs = ({ key }: { key: string }) => load.sent.get(key)!.senderId === seat!.userId;
    const replayed = load.acknowledged.filter(isTheirs).slice(0, 5);
    assert.ok(replayed.length > 0);
    const other = await load.otherDeviceOf(seat!.userId);
    const replay = async () => {
      for (const { key, seq } of replayed) {
        await assert.rejects(
          other.send(seat!.conversationId, 'something else', key),
          (error: unknown) => error instanceof RequestError && error.code === 'key_reused',
        );
        await other.discard(key);
        assert.equal(await load.repeat(key), seq);
      }
    };
    await replay();
    process.kill(pid, 'SIGKILL');
    await load.goesOnEverywhere(20);
    await replay();
  });
});

test('[GRP-4] nothing reaches those who are put out while everyone writes and workers die (FAULTS 30)', async () => {
  await stage.underLoad(
    async (load) => {
      const removals = () => load.doors.reduce((sum, door) => sum + door.removals, 0);
      for (let round = 1; round <= 3; round++) {
        const before = removals();
        await eventually(async () => isKilled((await stage.someOwner()).pid));
        await eventually(() => removals() >= before + 12);
      }
      assert.ok(load.refused.length > 0, 'no send was refused: none raced with a removal');
    },
    { pairs: 1, groups: 4 },
  );
});

/** False when it has ended already: the one that was killed before may still be in the map. */
function isKilled(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}
