// `skein doctor --deep` as an operator runs it, on a sound record and on one that lost rows.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { FolderBlobStore } from '../../../storage/blobs/folder-blob-store.ts';
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

async function deep(settings: Readonly<Record<string, string>> = {}): Promise<Map<string, Finding>> {
  const findings = await skeinOn(services, settings).json<Finding[]>('doctor', '--deep');
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

test('[OPS-2] doctor --deep misses uploaded files that are gone or cut short', async () => {
  const blobDir = mkdtempSync(path.join(os.tmpdir(), 'skein-blobs-'));
  try {
    const store = await FolderBlobStore.open(blobDir);
    // Before the others, and more than are read at once: none of these has a blob.
    await database.query(
      `insert into uploads (upload_id, owner_id, name, length, status, expires_at)
       select lpad(n::text, 32, '0')::uuid, gen_random_uuid(), 'a.txt', 12, 'refused', now()
       from generate_series(1, 1100) as n`,
    );
    const ids = Array.from({ length: 4 }, () => randomUUID());
    for (const group of ids) {
      await store.put({ group, name: 'content' }, Buffer.from('twelve bytes'));
      await database.query(
        `insert into uploads (upload_id, owner_id, name, length, received, status, type, bytes, content_blob, expires_at)
         values ($1, $1, 'a.txt', 12, 12, 'ready', 'text/plain', 12, 'content', now())`,
        [group],
      );
    }
    const sound = await deep({ SKEIN_BLOB_DIR: blobDir });
    assert.deepEqual(
      [sound.get('uploaded files')!.level, sound.get('uploaded files')!.says],
      ['ok', '4 blobs: all there, each with its size'],
    );
    const fileOf = (id: string) => path.join(blobDir, id.slice(-4, -2), id.slice(-2), id, 'content');
    const [gone, cut, deleted] = ids as [string, string, string];
    rmSync(fileOf(gone));
    truncateSync(fileOf(cut), 5);
    rmSync(fileOf(deleted));
    await database.query('update uploads set deleted_at = now() where upload_id = $1', [deleted]);
    const findings = await skeinOn(services, { SKEIN_BLOB_DIR: blobDir }).json<Finding[]>('doctor', '--deep');
    const said = findings
      .filter(({ about }) => about === 'uploaded files')
      .map(({ level, says }) => `${level}: ${says}`);
    assert.deepEqual(
      said.sort(),
      [
        `fail: the blob ${gone}/content is missing`,
        `fail: the blob ${cut}/content has 5 bytes, and its row says 12`,
      ].sort(),
    );
  } finally {
    rmSync(blobDir, { recursive: true });
  }
});
