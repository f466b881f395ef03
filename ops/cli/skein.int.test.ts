// The CLI as a person or a script runs it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { acquireServices, type TestServices } from '../testing/services.ts';
import { TestCluster } from '../testing/test-cluster.ts';
import type { ClusterStatus } from './status.ts';

const program = path.join(import.meta.dirname, 'skein.ts');
let services: TestServices;
let cluster: TestCluster;

before(async () => {
  services = await acquireServices();
  cluster = await TestCluster.start({ services });
});
after(async () => {
  await cluster?.stop();
  await services?.stop();
});

function skein(
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [program, ...args],
      { env: { PATH: process.env['PATH'], ...env } },
      (_, out, err) => resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

const environment = () => ({
  NATS_URL: services.natsUrl,
  DATABASE_URL: services.databaseUrl,
  SKEIN_NAMESPACE: services.namespace,
});

test('[OPS-2] status tells the members and that all shards are served', async () => {
  const { code, out } = await skein(['status', '--json'], environment());
  const status = JSON.parse(out) as ClusterStatus;
  assert.equal(status.workers.length, 2);
  assert.equal(
    status.workers.reduce((sum, { shards }) => sum + shards, 0),
    1024,
  );
  assert.equal(status.healthy, true);
  assert.equal(code, 0);
  const human = await skein(['status'], environment());
  assert.match(human.out, /1024 of 1024 served/);
});

test('[OPS-2] config hides the password of the database', async () => {
  const { out } = await skein(['config'], environment());
  assert.match(out, /databaseUrl/);
  assert.ok(!out.includes(new URL(services.databaseUrl).password), 'the password is printed');
});

test('[MSG-8] admins of the server are appointed and dismissed, and the trail says so', async () => {
  const client = await cluster.connect('cli-root');
  const handle = client.state.name === 'online' ? client.state.handle : '';
  client.close();
  assert.match((await skein(['admins', 'list'], environment())).out, /Nobody administers/);
  assert.equal((await skein(['admins', 'grant', `@${handle}`], environment())).code, 0);
  const { out } = await skein(['admins', 'list', '--json'], environment());
  assert.deepEqual(
    (JSON.parse(out) as { handle: string }[]).map((admin) => admin.handle),
    [handle],
  );
  assert.equal((await skein(['admins', 'revoke', handle], environment())).code, 0);
  const unknown = await skein(['admins', 'grant', 'nobody_at_all'], environment());
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

test('[OPS-2] a wrong command is exit code 2 with the help', async () => {
  const { code, err } = await skein(['frobnicate'], {});
  assert.equal(code, 2);
  assert.match(err, /Usage: skein/);
});
