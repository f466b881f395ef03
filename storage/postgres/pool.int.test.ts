// How statements are planned on the server's own connections (docs/decisions/0013-plans-by-key.md).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { acquireServices, type TestServices } from '../../ops/testing/services.ts';
import { openPool } from './pool.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
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
  const pool = openPool({ databaseUrl: services.databaseUrl, name: 'test', connectionsMax: 1, log: silent });
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
