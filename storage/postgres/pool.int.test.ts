// The server's own connections: how statements are planned on them (docs/decisions/0013-plans-by-key.md), and how many
// queries wait for them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { acquireServices, type TestServices } from '../../ops/testing/services.ts';
import { StoreBusy } from '../../actors/runtime/reply.ts';
import { openPool } from './pool.ts';
import { silentLog } from '../../actors/runtime/testing/silent-log.ts';

/** PostgreSQL decides on the plan that it keeps at the sixth. */
const executionsUntilPlanned = 6;
let services: TestServices;

before(async () => {
  services = await acquireServices();
});
after(async () => {
  await services?.stop();
});

test('a statement that was prepared while its table was small finds rows by their key for ever', async () => {
  const pool = openPool({
    databaseUrl: services.databaseUrl,
    name: 'test',
    connectionsMax: 1,
    log: silentLog,
  });
  try {
    await pool.query('create temporary table things (id int primary key, seen int not null default 0)');
    await pool.query('insert into things values (1)');
    await pool.query('analyze things');
    const text = 'update things h set seen = seen + 1 from unnest($1::int[]) as t (id) where h.id = t.id';
    for (let times = 0; times < executionsUntilPlanned; times++)
      await pool.query({ name: 'see', text, values: [[1]] });
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>("explain execute see('{1}')");
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    assert.match(plan, /Index Scan using things_pkey/);
    assert.doesNotMatch(plan, /Seq Scan|Hash Join|Merge Join/);
  } finally {
    await pool.end();
  }
});

test('queries beyond those that may wait are refused at once, and taken again when there is room', async () => {
  const bounds = { connectionsMax: 1, waitingMax: 2 };
  const pool = openPool({ databaseUrl: services.databaseUrl, name: 'test', ...bounds, log: silentLog });
  try {
    const slow = pool.query('select pg_sleep(0.5)');
    const waiting = [pool.query('select 1'), pool.query('select 2')];
    await assert.rejects(pool.query('select 3'), StoreBusy);
    await assert.rejects(pool.connect(), StoreBusy);
    assert.equal(pool.totals.refused, 2);
    await Promise.all([slow, ...waiting]);
    assert.deepEqual((await pool.query('select 4 as n')).rows, [{ n: 4 }]);
  } finally {
    await pool.end();
  }
});
