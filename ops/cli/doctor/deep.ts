// `skein doctor --deep`: reads the whole record and looks for what PostgreSQL lost without noticing.
import { access } from 'node:fs/promises';
import type pg from 'pg';
import { checkBlobs } from '../../../storage/blobs/check-blobs.ts';
import { FolderBlobStore } from '../../../storage/blobs/folder-blob-store.ts';
import { checkDeeply, type DeepCheck } from '../../../storage/postgres/deep-check.ts';
import { openDatabase } from '../cluster/access.ts';
import { reasonOf } from '../errors.ts';
import { formatCount, plural } from '../terminal/numbers.ts';
import { Progress } from '../terminal/progress.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

const restore =
  'Bring PostgreSQL back from a backup from before; a projection cannot bring back what journals let go.';

/** @param blobDir folder of the uploads; empty where these settings do not name it */
export async function checkDeep(databaseUrl: string, blobDir: string): Promise<Finding[]> {
  const progress = new Progress();
  let database: pg.Client;
  try {
    database = await openDatabase(databaseUrl, { queryWithinMs: 0 });
  } catch {
    // Told by the other checks.
    return [];
  }
  try {
    const onProgress = (step: string, done: number) => progress.say(`${step}: ${formatCount(done)}`);
    const record = judgeDeep(await checkDeeply(database, { onProgress }));
    return [...record, ...(await checkUploads(database, blobDir, (done) => onProgress('blobs', done)))];
  } catch (error) {
    return [fail('record', `cannot be read to its end (${reasonOf(error)})`, restore)];
  } finally {
    progress.end();
    await database.end().catch(() => undefined);
  }
}

export function judgeDeep({
  problems,
  conversations,
  events,
  inboxes,
  hasChecksums,
  hasAmcheck,
}: DeepCheck): Finding[] {
  const read = `${plural(conversations, 'conversation')} with ${plural(events, 'event')}, ${plural(inboxes, 'inbox', 'inboxes')}`;
  const record =
    problems.length === 0
      ? [ok('record', `${read}: dense, and as many as the journals brought`)]
      : problems.map((problem) => fail('record', problem, restore));
  return [
    ...record,
    hasChecksums
      ? ok('PostgreSQL checksums', 'on: a damaged page is noticed when it is read')
      : warn('PostgreSQL checksums', 'off', 'Stop PostgreSQL and run pg_checksums --enable.'),
    hasAmcheck
      ? ok('PostgreSQL structure', 'tables and indexes agree (amcheck)')
      : warn(
          'PostgreSQL structure',
          'not checked',
          'Install amcheck and run this as a superuser of the database.',
        ),
  ];
}

async function checkUploads(
  database: pg.Client,
  blobDir: string,
  onProgress: (done: number) => void,
): Promise<Finding[]> {
  if (blobDir === '') return [];
  const about = 'uploaded files';
  const fix = `Bring ${blobDir} back from a backup; the messages that show these files stay as they are.`;
  let store: FolderBlobStore;
  try {
    // Opening it would make a folder that is not there.
    await access(blobDir);
    store = await FolderBlobStore.open(blobDir);
  } catch (error) {
    return [fail(about, `${blobDir} cannot be used (${reasonOf(error)})`, fix)];
  }
  const { blobs, problems, more } = await checkBlobs(database, store, onProgress);
  if (problems.length === 0) return [ok(about, `${plural(blobs, 'blob')}: all there, each with its size`)];
  const all = more === 0 ? problems : [...problems, `and ${formatCount(more)} more`];
  return all.map((problem) => fail(about, problem, fix));
}
