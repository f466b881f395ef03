import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { groupOf, processNameOf } from './process-groups.ts';
import { familyOf, hasProcesses, parseStat, readMemory, readProcesses } from './processes.ts';
import { sampleBetween } from './series.ts';
import { UsageMeter } from './usage.ts';

test('the parts of Skein are told apart by their command lines', () => {
  const node = '/opt/node/bin/node';
  assert.equal(groupOf(`${node} /srv/skein/cluster/processes/worker/main.ts 1 w64e9dfb410d2`), 'workers');
  assert.equal(groupOf(`${node} /srv/skein/cluster/processes/projector/main.ts`), 'projector');
  assert.equal(groupOf(`${node} /srv/skein/cluster/identity/main.ts`), 'identity');
  assert.equal(groupOf(`${node} /srv/skein/cluster/processes/supervisor/main.ts`), 'supervisor');
  assert.equal(groupOf(`${node} --cpu-prof /srv/skein/ops/start.ts`), 'start');
  assert.equal(groupOf(`${node} /srv/skein/bench/chat/generator.ts`), 'generators');
  assert.equal(groupOf('/home/me/nats-server-2.10.27 -c /tmp/postgres/nats.conf'), 'nats');
  assert.equal(groupOf('/srv/native/bin/postgres -D /tmp/nats/data'), 'postgres');
  assert.equal(groupOf('postgres: skein skein 127.0.0.1(43212) idle'), 'postgres');
  assert.equal(groupOf(`${node} /srv/skein/bench/history/load/generator.ts`), 'generators');
  assert.equal(groupOf('/usr/bin/redis-server 127.0.0.1:6379'), 'redis');
  assert.equal(
    groupOf('/opt/jdk/bin/java -Xms1g org.elasticsearch.server/org.elasticsearch.bootstrap'),
    'elasticsearch',
  );
  assert.equal(groupOf('/bin/sh -c read word || kill -TERM 31211'), 'other');
});

test('a process is named by what it does, a worker with its number', () => {
  assert.equal(
    processNameOf('/bin/node --cpu-prof /srv/cluster/processes/worker/main.ts 2 w64e9dfb410d2'),
    'worker 2',
  );
  assert.equal(processNameOf('/bin/node /srv/cluster/processes/worker/main.ts'), 'worker');
  assert.equal(processNameOf('/bin/node /srv/cluster/processes/projector/main.ts'), 'projector');
  assert.equal(processNameOf('/bin/node /srv/bench/chat/generator.ts'), 'generator');
});

test('a sample tells what was spent by the second, of those who came meanwhile as well', () => {
  const before = {
    atS: 1,
    cpuSeconds: new Map([['workers', 1]] as const),
    busySeconds: 5,
    loopbackBytes: 100,
  };
  const cpuSeconds = new Map([
    ['workers', 2.5],
    ['nats', 0.5],
  ] as const);
  const after = { atS: 3, cpuSeconds, busySeconds: 9, loopbackBytes: 2_100 };
  assert.deepEqual(sampleBetween(before, after, new Map([['workers', 77]] as const), null), {
    atS: 1,
    cpu: { workers: 0.75, nats: 0.25 },
    memoryBytes: { workers: 77 },
    machineCores: 2,
    loopbackBytesPerSecond: 1_000,
  });
});

test('a process whose name holds spaces and brackets is read right', () => {
  const stat = `7 (a (b) c) S 3 7 7 0 -1 4194304 1 2 3 4 150 50 8 9 20 0 11 0 4321 1000 200 1`;
  assert.deepEqual(parseStat(7, stat), { pid: 7, parent: 3, startTicks: 4321, cpuSeconds: 2 });
  assert.equal(parseStat(7, ''), undefined);
});

test('a family is found in whichever order its members stand', () => {
  const member = (pid: number, parent: number) => ({ pid, parent, startTicks: 0, cpuSeconds: 0 });
  const processes = [member(4, 3), member(3, 2), member(2, 1), member(9, 1), member(1, 0)];
  assert.deepEqual(
    familyOf(2, processes).map(({ pid }) => pid),
    [4, 3, 2],
  );
});

test('what a child spends is measured, and what others spend is not', { skip: !hasProcesses() }, async () => {
  const busy = 'while (process.cpuUsage().user < 300_000); console.log(1); setInterval(String, 1e3)';
  const meter = UsageMeter.start([process.pid])!;
  const child = spawn(process.execPath, ['-e', busy], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  assert.ok(readProcesses().some(({ pid, parent }) => pid === child.pid && parent === process.pid));
  assert.ok(readMemory(child.pid!).privateBytes > 10 * 2 ** 20);
  const { groups, busySeconds, seconds, series, benchSeconds } = meter.stop();
  child.kill();
  const other = groups.find(({ group }) => group === 'other')!;
  assert.ok(other.busiestCpuSeconds >= 0.1, JSON.stringify(groups));
  assert.ok(other.cpuSeconds <= busySeconds + 0.1);
  assert.ok(seconds > 0.3);
  assert.ok(benchSeconds >= 0);
  const most = Math.max(...series.samples.map(({ memoryBytes }) => memoryBytes.other ?? 0));
  assert.ok(most > 10 * 2 ** 20, JSON.stringify(series.samples));
});
