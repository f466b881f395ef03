// The network between a host and the services fails. Everyone else goes on; the host that is cut off stops serving by
// itself before anyone may take its place, and comes back when the network does.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { membershipTiming } from '../../cluster/fabric/membership/timing.ts';
import { eventually } from '../../protocol/waiting.ts';
import { isReady } from './balancer.ts';
import { onlyInAll } from '../../protocol/testing/rounds.ts';
import { printedSeed, Stage, type NetworkedHost } from './stage.ts';
import type { Way } from './relay.ts';

let stage: Stage;
let cutOff: NetworkedHost;

before(async () => {
  stage = await Stage.open({ workers: 1 });
  cutOff = await stage.addHost('two', { workers: 1 });
  await stage.balanced();
});
afterEach(() => {
  cutOff?.nats.heal();
  cutOff?.postgres.heal();
});
after(() => stage?.close());

const cuts: [title: string, ways: Way[], skip: string | false][] = [
  ['both ways', ['up', 'down'], false],
  ['towards NATS only', ['up'], onlyInAll],
  ['from NATS only', ['down'], false],
];
for (const [title, ways, skip] of cuts) {
  test(
    `a host cut off ${title} fences itself, is replaced, and comes back (FAULTS 21)`,
    { skip },
    async (t) => {
      const { host, nats } = cutOff;
      await stage.balanced();
      await stage.underLoad(async (load) => {
        const workers = await stage.workersOf(host);
        const startedMs = performance.now();
        nats.cut(...ways);
        await eventually(async () => !(await isReady(host)), { everyMs: 20 });
        const fencedMs = performance.now() - startedMs;
        await stage.servedWithout(workers);
        const replacedMs = performance.now() - startedMs;
        t.diagnostic(`fenced after ${Math.round(fencedMs)} ms, replaced after ${Math.round(replacedMs)} ms`);
        assert.ok(fencedMs < membershipTiming.leaseMs + 500, `fenced only after ${fencedMs} ms`);
        assert.ok(fencedMs < replacedMs);
        assert.ok(replacedMs < 5_000, `replaced only after ${replacedMs} ms`);
        await load.goesOn(200);
        nats.heal();
        await load.goesOnEverywhere(10);
        await stage.balanced();
      });
    },
  );
}

test(
  'the chat survives a host whose links are slow, jitter and tear (FAULTS 23)',
  { skip: onlyInAll },
  async (t) => {
    const { seed } = printedSeed((line) => t.diagnostic(line));
    const { nats, postgres } = cutOff;
    await stage.balanced();
    await stage.underLoad(async (load) => {
      nats.delay({ minMs: 5, maxMs: 60 }, seed);
      postgres.delay({ minMs: 5, maxMs: 30 }, seed + 1);
      await load.goesOnEverywhere(50);
      nats.tearEvery(1_500, seed + 2);
      postgres.tearEvery(1_000, seed + 3);
      await eventually(() => nats.tears >= 5 && postgres.tears >= 5);
      nats.heal();
      postgres.heal();
      await load.goesOnEverywhere(50);
    });
  },
);
