// Hosts whose clocks tell different times of day, by an hour ahead and an hour behind.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../../protocol/waiting.ts';
import type { TestHost } from '../testing/test-host.ts';
import { clockOffBy, faketimeMissing } from '../testing/faketime-library.ts';
import { onlyInAll } from '../../protocol/testing/rounds.ts';
import { Stage } from './stage.ts';

const skip = await faketimeMissing();
/** Valid by every clock here. */
const longTokens = { tokenSeconds: 4 * 3_600 };
let stage: Stage;

before(async () => {
  if (skip) return;
  stage = await Stage.open({ workers: 1 });
});
after(() => stage?.close());

const clocks: [title: string, hours: number, skip: string | false][] = [
  ['ahead', 1, skip],
  ['behind', -1, skip || onlyInAll],
];
for (const [title, hours, without] of clocks) {
  test(
    `a host whose clock is an hour ${title} chats, keeps its leases, leads and is replaced (FAULTS 24)`,
    { skip: without },
    async () => {
      const { host } = await stage.addHost(title, { workers: 1, env: await clockOffBy(hours) });
      await stage.balanced();
      const workers = await stage.workersOf(host);
      await stage.underLoad(async (load) => {
        await load.goesOnEverywhere(50);
        assert.deepEqual(await stage.workersOf(host), workers, 'its lease ended');
        const keys = load.acknowledged.slice(0, 50);
        for (const { key, seq } of keys) assert.equal(await load.repeat(key), seq);
        const [worker] = host.pidsOf('worker/main.ts');
        process.kill(worker!, 'SIGKILL');
        await stage.servedWithout(workers);
        await load.goesOnEverywhere(20);
        for (const { key, seq } of keys) assert.equal(await load.repeat(key), seq);
      }, longTokens);
      assert.ok(Math.abs(hoursOf(host) - hours) < 0.1, 'its clock was not off');
      await host.stop();
      await eventually(async () => (await stage.workersOf(host)).length === 0);
    },
  );
}

/** How far off a host's clock is, as its log tells. */
function hoursOf({ log }: TestHost): number {
  const [last = ''] = log.trim().split('\n').slice(-1);
  return (Date.parse((JSON.parse(last) as { time: string }).time) - Date.now()) / 3_600_000;
}
