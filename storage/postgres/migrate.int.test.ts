import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { Client } from 'pg';
import { acquireServices } from '../../ops/testing/services.ts';
import type { TestServices } from '../../ops/testing/services.ts';
import { MigrationError, migrate } from './migrate.ts';

let services: TestServices;
let folder: string;

before(async () => {
  services = await acquireServices();
});

after(async () => {
  await services?.stop();
});

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'skein-migrations-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function query(sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: services.databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function write(name: string, sql: string): Promise<void> {
  await writeFile(path.join(folder, name), sql);
}

void test('what this release brings applies to an empty database, once', async () => {
  const applied = await migrate(services.databaseUrl);
  assert.equal(applied[0], '0001_identity.sql');
  assert.deepEqual(applied, applied.toSorted());
  assert.deepEqual(await migrate(services.databaseUrl), []);
});

void test('processes that start together apply each file once', async () => {
  await write('9001_together.sql', 'create table together (n int); insert into together values (1)');
  const answers = await Promise.all([1, 2, 3, 4].map(() => migrate(services.databaseUrl, folder)));
  assert.deepEqual(answers.flat(), ['9001_together.sql']);
  assert.deepEqual(await query('select n from together'), [{ n: 1 }]);
});

void test('a file that was applied must not change', async () => {
  await write('9002_fixed.sql', 'create table fixed ()');
  await migrate(services.databaseUrl, folder);
  await write('9002_fixed.sql', 'create table fixed (n int)');
  await write('9003_after.sql', 'create table never_made ()');
  await assert.rejects(migrate(services.databaseUrl, folder), (error) => {
    assert.ok(error instanceof MigrationError);
    assert.match(error.message, /^9002_fixed\.sql was applied to this database with other contents/);
    return true;
  });
  assert.deepEqual(await query(`select to_regclass('never_made') as made`), [{ made: null }]);
});

void test('a file that fails leaves nothing of itself, keeps those before it, and can be mended', async () => {
  await write('9004_good.sql', 'create table good ()');
  await write('9005_bad.sql', 'create table half_made (); select 1 / 0');
  await assert.rejects(
    migrate(services.databaseUrl, folder),
    /9005_bad\.sql could not be applied: division by zero/,
  );
  assert.deepEqual(await query(`select to_regclass('half_made') as made`), [{ made: null }]);
  await write('9005_bad.sql', 'create table half_made ()');
  assert.deepEqual(await migrate(services.databaseUrl, folder), ['9005_bad.sql']);
});

void test('names are checked before anything is touched', async () => {
  await write('1_short.sql', 'select 1');
  await assert.rejects(migrate(services.databaseUrl, folder), /a migration is called NNNN_name\.sql/);
  await rm(path.join(folder, '1_short.sql'));
  await write('9006_one.sql', 'select 1');
  await write('9006_two.sql', 'select 1');
  await assert.rejects(migrate(services.databaseUrl, folder), /carry the same number/);
});

void test('[ACC-3] the search for people by the beginning of a handle uses its index', async () => {
  await migrate(services.databaseUrl);
  await query(`insert into users (user_id, handle, display_name)
    select gen_random_uuid(), 'person_' || n, 'Person' from generate_series(1, 5000) n on conflict do nothing`);
  await query('analyze users');
  const plan = JSON.stringify(
    await query(`explain select handle from users where handle like 'person\\_49%' limit 20`),
  );
  assert.match(plan, /users_handle_prefix/);
});
