// `skein doctor --deep` as an operator runs it, on a sound record and on one that lost rows.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { migrate } from '../../../storage/postgres/migrate.ts';
import { acquireServices, type TestServices } from '../../testing/services.ts';
import { skeinOn } from '../testing/run-skein.ts';
import type { Finding } from './finding.ts';

let services: TestServices;
let database: pg.Client;

before(async () => {
  services = await acquireServices();
  await migrate(services.databaseUrl);
  database = new pg.Client({ connectionString: services.databaseUrl });
  await database.connect();
});
after(async () => {
  await database?.end();
  await services?.stop();
});

async function deep(): Promise<Map<string, Finding>> {
  const findings = await skeinOn(services).json<Finding[]>('doctor', '--deep');
  return new Map(findings.map((finding) => [finding.about, finding]));
}

test('[OPS-2] doctor --deep reads the whole record, and misses what is not in it any more (FAULTS 37)', async () => {
  const sound = await deep();
  for (const about of ['record', 'PostgreSQL checksums', 'PostgreSQL structure'])
    assert.equal(sound.get(about)!.level, 'ok', sound.get(about)!.says);
  const id = '00000000-0000-8000-8000-0000000000de';
  await database.query(
    `insert into conversations (conversation_id, kind, epoch, created_at, created_by, head_seq, head_ordinal,
                                active_at, last_at, deleted_at)
     values ($1, 'direct', 1, now(), $1, 3, 2, now(), now(), now())`,
    [id],
  );
  const ill = await deep();
  assert.equal(ill.get('record')!.level, 'fail');
  assert.match(ill.get('record')!.says, new RegExp(`${id} has 0 events up to 0, and its head is 3`));
  assert.equal((await skeinOn(services).run('doctor', '--deep')).code, 1);
});
