import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { pino } from 'pino';
import { childrenOf, commandLineOf } from '../../../../ops/embedded/process-tree.ts';
import { eventually } from '../../../../protocol/waiting.ts';
import { systemTimers } from '../../../system-ports.ts';
import { Inspector } from './inspector.ts';
import { html, picture } from './testing/pictures.ts';

/** Takes long enough to be killed over. */
const large = await picture(4000, 4000).png({ compressionLevel: 1 }).toBuffer();
const inspector = new Inspector(systemTimers, pino({ level: 'silent' }));
after(() => inspector.stop());

const processes = () =>
  childrenOf(process.pid).filter((pid) => commandLineOf(pid).includes('content-process'));

function killAll(): void {
  for (const pid of processes()) process.kill(pid, 'SIGKILL');
}

void test('[MSG-7] files are looked into by a process apart, in order', async () => {
  const png = await picture(64, 64).png().toBuffer();
  const found = await Promise.all([inspector.inspect(png), inspector.inspect(html), inspector.inspect(png)]);
  assert.deepEqual(
    found.map(({ kind }) => kind),
    ['picture', 'file', 'picture'],
  );
  assert.equal(processes().length, 1);
});

void test('[MSG-7] when that process is lost, idle or at work, another one takes its place', async () => {
  killAll();
  assert.equal((await inspector.inspect(html)).kind, 'file');
  const before = inspector.totals.processesLost;
  const inspection = inspector.inspect(large);
  await eventually(() => inspector.busy);
  killAll();
  assert.equal((await inspection).kind, 'picture');
  assert.equal(inspector.totals.processesLost, before + 1);
});

void test('[MSG-7] a file over which it is lost each time is refused, and the next one is not', async () => {
  const before = inspector.totals.processesLost;
  const inspection = inspector.inspect(large);
  for (let lost = 1; lost <= 2; lost++) {
    await eventually(() => inspector.busy);
    killAll();
    await eventually(() => inspector.totals.processesLost === before + lost, { everyMs: 1 });
  }
  assert.equal((await inspection).kind, 'refused');
  assert.equal((await inspector.inspect(html)).kind, 'file');
});
