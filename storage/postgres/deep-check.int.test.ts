// The deep check on a real record: sound, it finds nothing; without some of its rows, it names them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type pg from 'pg';
import { acquireServices, type TestServices } from '../../ops/testing/services.ts';
import { silentLog } from '../../actors/runtime/testing/silent-log.ts';
import { moveCheckpoint } from '../projector/checkpoints.ts';
import { ProjectionRows } from '../projector/rows.ts';
import { writeRows } from '../projector/statements.ts';
import { conversationEntries, conversationIdOf } from '../testing/entries.ts';
import { journalStart } from '../journal/reader.ts';
import { checkDeeply } from './deep-check.ts';
import { migrate } from './migrate.ts';
import { openPool } from './pool.ts';

let services: TestServices;
let pool: pg.Pool;
let client: pg.PoolClient;

before(async () => {
  services = await acquireServices();
  await migrate(services.databaseUrl);
  pool = openPool({ databaseUrl: services.databaseUrl, name: 'test', connectionsMax: 2, log: silentLog });
  client = await pool.connect();
  const rows = new ProjectionRows();
  for (let number = 1; number <= 30; number++)
    for (const entry of conversationEntries(number, number)) rows.add(entry);
  const to = { number: 1, hash: new Uint8Array(16) };
  await moveCheckpoint(client, 'w1', { from: journalStart, to, sealed: false, ...rows.counts });
  await writeRows(client, rows);
});
after(async () => {
  client?.release();
  await pool?.end();
  await services?.stop();
});

/** Problems with these rows gone, which are back afterwards. */
async function without(sql: string): Promise<string> {
  await client.query('begin');
  await client.query('set local session_replication_role = replica');
  await client.query(sql);
  // Within one transaction, which the check's own would end: its structures are left out here.
  const { problems } = await checkDeeply(insideTransaction(client));
  await client.query('rollback');
  return problems.join('\n');
}

function insideTransaction(db: pg.ClientBase): pg.ClientBase {
  const query = (...args: [string | pg.QueryConfig, unknown[]?]) =>
    ['begin', 'rollback'].includes(args[0] as string)
      ? Promise.resolve({ rows: [] })
      : db.query(args[0] as string, args[1]);
  return { query } as unknown as pg.ClientBase;
}

test('[OPS-2] a sound record has nothing to be told of (FAULTS 37)', async () => {
  const progress: string[] = [];
  const checked = await checkDeeply(client, { onProgress: (step) => progress.push(step) });
  assert.deepEqual(checked.problems, []);
  assert.equal(checked.conversations, 30);
  assert.equal(checked.events, 30 + (30 * 31) / 2);
  assert.ok(checked.hasAmcheck && checked.hasChecksums);
  assert.ok(progress.includes('conversations') && progress.includes('tables and indexes'));
  const { rows } = await client.query(`select 1 from pg_extension where extname = 'amcheck'`);
  assert.deepEqual(rows, []);
});

test('[OPS-2] rows that PostgreSQL lost without a word are missed (FAULTS 37)', async () => {
  const id = conversationIdOf(7);
  const gone = (table: string, more = '') => `delete from ${table} where conversation_id = '${id}' ${more}`;
  assert.match(
    await without(gone('messages', 'and seq = 4')),
    new RegExp(`${id} has 7 events up to 8, and its head is 8`),
  );
  assert.match(
    await without(gone('messages', 'and seq = 8')),
    new RegExp(`${id} has 7 events up to 7, and its head is 8`),
  );
  assert.match(
    await without(gone('conversation_members')),
    new RegExp(`${id} has 0 members, and its count is 2`),
  );
  assert.match(
    await without(gone('conversations')),
    new RegExp(`${id} is not in the record, and rows of it are in messages`),
  );
  assert.match(
    await without('truncate messages, conversation_events, conversations, conversation_members'),
    /0 events are in the tables, and the journals brought 495/,
  );
});
