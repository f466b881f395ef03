// Journals that fill: PostgreSQL is away, and then there is no room for what people write.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../../protocol/waiting.ts';
import { onlyInAll } from '../../protocol/testing/rounds.ts';
import { Stage } from './stage.ts';

const softMaxBytes = 1024 * 1024;
const maxBytes = 4 * 1024 * 1024;
let stage: Stage;

before(async () => {
  const limits = {
    SKEIN_JOURNAL_SOFT_MAX_BYTES: String(softMaxBytes),
    SKEIN_JOURNAL_MAX_BYTES: String(maxBytes),
  };
  stage = await Stage.open({ workers: 2, env: limits });
  await stage.balanced();
});
after(() => stage?.close());

const words = { pairs: 8, groups: 0, rate: 300, bodyBytes: 4_000 };
const open = (load: { sent: { size: number }; acknowledgedCount: number }) =>
  load.sent.size - load.acknowledgedCount;

test('[MSG-3] a journal at its soft limit makes senders wait, is sealed all the same, and nothing is lost (FAULTS 10)', async () => {
  await stage.underLoad(async (load) => {
    await stage.services.postgres.kill();
    // Both journals are full: nobody is acknowledged any more, and nobody is refused for good.
    let stalledAt = -1;
    const stalls = () => {
      const isStalled = stalledAt === load.acknowledgedCount && open(load) > 300;
      stalledAt = load.acknowledgedCount;
      return isStalled;
    };
    await eventually(stalls, { everyMs: 1_000 });
    assert.ok(load.acknowledgedCount * words.bodyBytes > softMaxBytes);
    const [owner] = await stage.cluster.workers();
    process.kill(owner!.pid, 'SIGKILL');
    await stage.sealed(owner!.incarnation);
    load.stopSending();
    await stage.services.postgres.restart();
    await eventually(() => open(load) === 0);
  }, words);
});

test(
  'a journal takes more in its life than it may hold at once (FAULTS 10)',
  { skip: onlyInAll },
  async () => {
    await stage.balanced();
    await stage.underLoad(async (load) => {
      await load.goesOn(Math.ceil((3 * 2 * maxBytes) / words.bodyBytes));
    }, words);
  },
);
