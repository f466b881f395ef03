// Two hosts, drained and restarted while people chat.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../../protocol/waiting.ts';
import { acquireServices, type TestServices } from '../testing/services.ts';
import { TestCluster } from '../testing/test-cluster.ts';
import { Chat } from './testing/chat.ts';
import { skeinOn } from './testing/run-skein.ts';
import { TestAccess } from './testing/test-access.ts';

let services: TestServices;
let cluster: TestCluster;
let chat: Chat;
let ops: ReturnType<typeof skeinOn>;
let access: TestAccess;

before(async () => {
  services = await acquireServices();
  cluster = await TestCluster.start({ services });
  await cluster.addHost('two');
  access = await TestAccess.open(services);
  await access.settled();
  chat = await Chat.start(cluster, 'hosts');
  ops = skeinOn(services);
});
after(async () => {
  chat?.close();
  await access?.close();
  await cluster?.stop();
  await services?.stop();
});

const status = () => access.status();
const incarnations = async (): Promise<string[]> =>
  (await status()).workers.map(({ incarnation }) => incarnation);

test('[OPS-2] [OPS-7] a drained worker, and a drained host, hold nothing until they are undrained', async () => {
  const worker = await ops.run('drain', 'one/1', '--over', '1s', '--wait');
  assert.equal(worker.code, 0, worker.err);
  const drained = (await status()).workers.find(({ place }) => place === 'one/1')!;
  assert.deepEqual([drained.shards, drained.sockets, drained.drained], [0, 0, true]);

  const asked = await ops.run('drain', 'two');
  assert.equal(asked.code, 2);
  assert.match(asked.err, /Host two will be drained[^]*--yes/);
  const host = await ops.run('drain', 'two', '--over', '1s', '--wait', '--yes');
  assert.equal(host.code, 0, host.err);
  await access.settled();
  const { workers } = await status();
  assert.equal(workers.find(({ place }) => place === 'one/2')!.shards, 1024);

  const refused = await ops.run('drain', 'one/2');
  assert.equal(refused.code, 1);
  assert.match(refused.err, /Refused: without one\/2, no worker with the role actors and gateway/);
  assert.match((await ops.run('undrain', 'two/1')).err, /drained with its host: skein undrain two/);
  assert.match((await ops.run('undrain', 'one')).err, /skein undrain one\/1/);
  for (const name of ['one/1', 'two']) assert.equal((await ops.run('undrain', name)).code, 0);
  assert.match((await ops.run('undrain', 'two')).out, /nothing to do/);
  await access.eventually(({ workers: all }) => all.every(({ shards }) => shards > 150));
  await chat.goesOn();
});

test('[OPS-7] an interrupted roll leaves nothing drained, and is gone on with', async () => {
  const before = await incarnations();
  const rolling = ops.start('roll', '--over', '1s', '--yes');
  await eventually(() => /1 of 4/.test(rolling.err()));
  rolling.child.kill('SIGINT');
  const { code, err } = await rolling.ended;
  assert.equal(code, 1);
  assert.match(err, /Stopped at .*skein roll --resume/);
  const between = await status();
  assert.deepEqual(between.drained, []);
  const left = between.workers.filter(({ incarnation }) => before.includes(incarnation)).length;
  assert.ok(left >= 1 && left <= 3, `${left} were not restarted`);
  await chat.goesOn();

  const resumed = await ops.json<{ rolled: { before: string }[] }>(
    'roll',
    '--over',
    '1s',
    '--resume',
    '--yes',
  );
  assert.equal(resumed.rolled.length, left);
  const after = await incarnations();
  assert.equal(after.length, 4);
  assert.deepEqual(
    after.filter((incarnation) => before.includes(incarnation)),
    [],
  );
  assert.equal((await ops.run('roll', '--resume', '--yes')).code, 1);
  assert.match((await ops.run('roll', '--since', '10m', '--yes')).out, /Nothing to do/);
  await access.settled();
  await chat.goesOn();
});

test('[OPS-7] a host that is gone for good is bad news until it is forgotten', async () => {
  assert.match((await ops.run('forget', 'two')).err, /two is there/);
  await cluster.hosts[1]!.kill();
  await access.eventually(({ problems }) => problems.some(({ fix }) => fix.includes('skein forget two')));
  assert.equal((await ops.run('status')).code, 1);
  await access.eventually(({ workers }) => workers.every(({ host }) => host === 'one'));
  assert.equal((await ops.run('forget', 'two')).code, 0);
  await access.settled();
  assert.match((await ops.run('roll', '--host', 'two')).err, /The hosts are: one/);
  await chat.goesOn();
});

test('[OPS-3] [OPS-7] none of it was noticed by those who chat', () => chat.judge());
