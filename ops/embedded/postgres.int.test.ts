// The embedded PostgreSQL: data survives stops and crashes, and what cannot work says so in one sentence.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Client } from 'pg';
import { removeStateFolder } from './outside-data.ts';
import { freePort } from './ports.ts';
import { startPostgres } from './postgres.ts';
import { exists, isAlive, signal } from './process-tree.ts';
import type { RunningService } from './service.ts';
import { patienceMs, until } from '../../protocol/waiting.ts';

const stateDir = mkdtempSync(path.join(os.tmpdir(), 'skein-postgres-'));
const dataDir = path.join(stateDir, 'postgres', 'data');
let port = 0;
let postgres: RunningService;

before(async () => {
  port = await freePort();
  postgres = await startPostgres({ stateDir, port });
  await query('CREATE TABLE kept (value int)');
});

after(async () => {
  await postgres.stop();
  removeStateFolder(stateDir);
});

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: postgres.url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const kept = async (): Promise<number> => Number((await query('SELECT count(*) AS n FROM kept'))[0]?.['n']);

void test('runs with the settings that durability and the pool rely on', async () => {
  const names = ['fsync', 'max_connections', 'synchronous_commit', 'server_encoding', 'data_checksums'];
  const rows = await query(`SELECT name, setting FROM pg_settings WHERE name IN ('${names.join("','")}')`);
  assert.deepEqual(Object.fromEntries(rows.map(({ name, setting }) => [name, setting])), {
    data_checksums: 'on',
    fsync: 'on',
    max_connections: '200',
    server_encoding: 'UTF8',
    synchronous_commit: 'on',
  });
  const folded = await query(
    "SELECT lower('ÄÉЖ') AS lower, to_tsvector('simple', 'ÄPFEL') @@ 'äpfel'::tsquery AS found",
  );
  assert.deepEqual(folded, [{ lower: 'äéж', found: true }]);
});

void test('keeps its data and its address over a stop and a start', async () => {
  const { url } = postgres;
  await query('INSERT INTO kept VALUES (1)');
  await postgres.stop();
  postgres = await startPostgres({ stateDir, port });
  assert.equal(postgres.url, url);
  assert.equal(await kept(), 1);
});

void test('keeps what was committed when it is killed', async () => {
  await query('INSERT INTO kept VALUES (2)');
  await postgres.kill();
  postgres = await startPostgres({ stateDir, port });
  assert.equal(await kept(), 2);
});

void test('starts again at once after its postmaster alone was killed', async () => {
  await query('INSERT INTO kept VALUES (3)');
  signal(postgres.pid, 'SIGKILL');
  await postgres.exited;
  postgres = await startPostgres({ stateDir, port });
  assert.equal(await kept(), 3);
});

void test('starts though its last process is a zombie, or another has its id', async () => {
  // The shell becomes a sleep, which waits for no child: that stays a zombie. PostgreSQL minds those of its own user.
  const { uid, gid } = statSync(dataDir);
  const script = 'true & echo $!; exec sleep 60';
  const parent = spawn('sh', ['-c', script], { uid, gid, stdio: ['ignore', 'pipe', 'ignore'] });
  const [said] = (await once(parent.stdout, 'data')) as [Buffer];
  const zombie = Number(said.toString());
  try {
    assert.ok(await until(() => exists(zombie) && !isAlive(zombie), { timeoutMs: patienceMs }));
    const pidFile = path.join(dataDir, 'postmaster.pid');
    for (const pid of [zombie, parent.pid!]) {
      await postgres.kill();
      writeFileSync(pidFile, readFileSync(pidFile, 'utf8').replace(/^\d+/, String(pid)));
      postgres = await startPostgres({ stateDir, port });
      assert.equal(await kept(), 3);
    }
  } finally {
    parent.kill('SIGKILL');
  }
});

void test('stops one that an earlier run left behind', async () => {
  const leftover = postgres;
  postgres = await startPostgres({ stateDir, port });
  assert.ok(!isAlive(leftover.pid));
  assert.equal(await kept(), 3);
});

void test('answers nothing while paused and goes on where it was', async () => {
  postgres.pause();
  let answered = false;
  const counting = kept().finally(() => (answered = true));
  assert.equal(await until(() => answered, { timeoutMs: 300 }), false);
  postgres.resume();
  assert.equal(await counting, 3);
});

void test('a port in use, a damaged folder and a foreign version are said in a sentence', async (context) => {
  const { url } = postgres;
  await postgres.stop();
  context.after(async () => {
    postgres = await startPostgres({ stateDir, port });
    assert.equal(postgres.url, url);
  });
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  await assert.rejects(startPostgres({ stateDir, port }), new RegExp(`Port ${port} .*SKEIN_POSTGRES_PORT`));
  await new Promise((resolve) => other.close(resolve));

  const versionFile = path.join(dataDir, 'PG_VERSION');
  const version = readFileSync(versionFile);
  writeFileSync(versionFile, '15\n');
  await assert.rejects(startPostgres({ stateDir, port }), /written by PostgreSQL 15 and this is 17/);
  rmSync(versionFile);
  await assert.rejects(startPostgres({ stateDir, port }), /is damaged \(it lacks PG_VERSION\)/);
  writeFileSync(versionFile, version);

  const control = path.join(dataDir, 'global', 'pg_control');
  const bytes = readFileSync(control);
  writeFileSync(control, Buffer.alloc(bytes.length));
  await assert.rejects(
    startPostgres({ stateDir, port }),
    /PostgreSQL did not start \(.+\): see .*postgres\.log/,
  );
  writeFileSync(control, bytes);
});
