// The CLI as a person or a script runs it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { acquireServices, type TestServices } from '../testing/services.ts';
import { TestCluster } from '../testing/test-cluster.ts';
import type { Finding } from './doctor/finding.ts';
import type { ClusterStatus } from './status.ts';
import { skein, skeinOn } from './testing/run-skein.ts';
import { TestAccess } from './testing/test-access.ts';
import type { TopSample } from './top/sample.ts';

let services: TestServices;
let cluster: TestCluster;
let ops: ReturnType<typeof skeinOn>;

before(async () => {
  services = await acquireServices();
  cluster = await TestCluster.start({ services });
  ops = skeinOn(services);
  const access = await TestAccess.open(services);
  await access.settled();
  await access.close();
});
after(async () => {
  await cluster?.stop();
  await services?.stop();
});

test('[OPS-2] status tells hosts, members and that all shards are served', async () => {
  const status = await ops.json<ClusterStatus>('status');
  assert.deepEqual(status.problems, []);
  assert.equal(status.healthy, true);
  assert.deepEqual(
    status.workers.map(({ place }) => place),
    ['one/1', 'one/2'],
  );
  assert.equal(
    status.workers.reduce((sum, { shards }) => sum + shards, 0),
    1024,
  );
  assert.equal(status.leader?.host, 'one');
  assert.deepEqual(
    status.hosts.map(({ host, workers }) => [host, workers]),
    [['one', 2]],
  );
  const human = await ops.run('status');
  assert.equal(human.code, 0);
  assert.match(human.out, /1024 of 1024 served[^]*All is well/);
  assert.ok(!human.out.includes('\u001b'), 'colours where there is no terminal');
});

test('[OPS-2] config hides the password of the database', async () => {
  const { out } = await ops.run('config');
  assert.match(out, /databaseUrl/);
  assert.ok(!out.includes(new URL(services.databaseUrl).password), 'the password is printed');
});

test('[MSG-8] admins of the server are appointed and dismissed, and the trail says so', async () => {
  const client = await cluster.connect('cli-root');
  const handle = client.state.name === 'online' ? client.state.handle : '';
  client.close();
  assert.match((await ops.run('admins', 'list')).out, /Nobody administers/);
  assert.equal((await ops.run('admins', 'grant', `@${handle}`)).code, 0);
  const { out } = await ops.run('admins', 'list', '--json');
  assert.deepEqual(
    (JSON.parse(out) as { handle: string }[]).map((admin) => admin.handle),
    [handle],
  );
  assert.equal((await ops.run('admins', 'revoke', handle)).code, 0);
  const unknown = await ops.run('admins', 'grant', 'nobody_at_all');
  assert.deepEqual([unknown.code, unknown.err], [1, 'Nobody has the handle nobody_at_all.\n']);
  const { rows } = await cluster.database.query<{ action: string }>(
    'select action from audit_log order by audit_id',
  );
  assert.deepEqual(
    rows.map(({ action }) => action),
    ['admin_granted', 'admin_revoked'],
  );
});

test('[OPS-2] without a cluster it says what to do', async () => {
  const { code, err } = await skein(['status'], { SKEIN_STATE_DIR: '/nonexistent' });
  assert.equal(code, 3);
  assert.match(err, /Run npm start, or set NATS_URL/);
});

test('[OPS-2] where NATS does not answer, or has no such cluster, it says so at once', async () => {
  const away = await skein(['status'], { ...ops.env, NATS_URL: 'nats://127.0.0.1:1' });
  assert.equal(away.code, 3);
  assert.match(away.err, /NATS at .*127.0.0.1:1 does not answer/);
  const other = await skein(['shards', 'list'], { ...ops.env, SKEIN_NAMESPACE: 'elsewhere' });
  assert.equal(other.code, 3);
  assert.match(other.err, new RegExp(`no cluster called elsewhere .*${services.namespace}`));
});

test('[OPS-2] a wrong command is exit code 2 with the help', async () => {
  const { code, err } = await skein(['frobnicate'], {});
  assert.equal(code, 2);
  assert.match(err, /Usage: skein/);
});

test('[OPS-2] every command has a help with examples', async () => {
  const commands =
    'status top doctor migrate shards-list shards-show shards-move shards-pin shards-unpin rebalance drain undrain roll failover forget journal-status journal-verify journal-inspect actors-show admins-list config completion';
  for (const name of commands.split(' ')) {
    const { code, out } = await ops.run(...name.split('-'), '--help');
    assert.equal(code, 0, name);
    assert.match(out, /Examples:\n {2}/, name);
  }
  assert.match((await ops.run('--help')).out, /Exit codes:/);
});

test('[OPS-2] shells are given scripts, and what may follow', async () => {
  for (const shell of ['bash', 'zsh', 'fish'])
    assert.match((await ops.run('completion', shell)).out, /skein/);
  assert.match((await ops.run('complete', '--', 'shards', '')).out, /^move\t/m);
  assert.equal((await ops.run('completion', 'tcsh')).code, 2);
});

test('[OPS-2] top shows one sample where there is no terminal', async () => {
  const once = await ops.run('top', '--once', '--sort', 'p99');
  assert.equal(once.code, 0);
  assert.match(once.out, /^worker .*p99[^]*one\/1[^]*projector/m);
  const sample = await ops.json<TopSample>('top');
  assert.equal(sample.workers.length, 2);
  for (const { shards, cpu, memoryBytes, sockets } of sample.workers) {
    assert.ok(shards! > 0 && cpu! >= 0 && memoryBytes! > 0 && sockets !== null);
  }
  assert.equal((await ops.run('top', '--sort', 'colour')).code, 2);
});

test('[OPS-2] doctor finds nothing wrong with a sound cluster, and says what is wrong with others', async () => {
  const url = { SKEIN_PUBLIC_URL: cluster.url, SKEIN_OIDC_ISSUERS: cluster.issuer.issuer };
  const sound = skeinOn(services, { ...url, SKEIN_SOCKETS_MAX: '100', SKEIN_BLOB_DIR: cluster.blobDir });
  const findings = await sound.json<Finding[]>('doctor');
  assert.deepEqual(
    findings.filter(({ level }) => level === 'fail'),
    [],
  );
  assert.ok(findings.some(({ about, level }) => about === 'migrations' && level === 'ok'));
  const human = await sound.run('doctor');
  assert.equal(human.code, 0, human.out);
  assert.match(human.out, /^ok +leader +one$/m);
  const ill = await skein(['doctor'], {
    ...sound.env,
    SKEIN_PUBLIC_URL: 'http://127.0.0.1:1',
    SKEIN_SOCKETS_MAX: '1000000',
    SKEIN_BLOB_DIR: '/nonexistent',
    DATABASE_URL: 'postgresql://skein:secret@127.0.0.1:1/skein',
  });
  assert.equal(ill.code, 1);
  for (const about of ['public address', 'open files', 'uploads', 'PostgreSQL'])
    assert.match(ill.out, new RegExp(`^fail +${about} `, 'm'));
  assert.ok(!ill.out.includes('secret'));
  const alone = await skein(['doctor'], { ...sound.env, NATS_URL: 'nats://127.0.0.1:1' });
  assert.match(alone.out, /^fail +NATS [^]*^ok +PostgreSQL version/m);
});

test('[OPS-2] names that there are not are wrong use, with those that there are', async () => {
  for (const args of [
    ['shards', 'show', '1024'],
    ['shards', 'move', '7', 'one/9'],
    ['shards', 'pin', '7', 'two/1'],
    ['shards', 'list', '--worker', 'two/1'],
    ['drain', 'two'],
    ['undrain', 'two'],
    ['failover', 'two/1'],
    ['roll', '--host', 'two'],
    ['forget', 'two'],
    ['journal', 'verify', 'two/1'],
    ['actors', 'show', 'ada'],
    ['drain', 'one/1', '--over', 'soon'],
  ]) {
    const { code, err } = await ops.run(...args);
    assert.equal(code, 2, `${args.join(' ')}: ${err}`);
    assert.match(err, /one\/1|The hosts are: one|numbers from 0|looks like/, args.join(' '));
  }
});
