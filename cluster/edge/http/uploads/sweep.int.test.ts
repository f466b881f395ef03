// Uploads that nobody sent, and deleted ones, leave no trace (MSG-7): with an expiry of seconds instead of a day.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { eventually } from '../../../../protocol/waiting.ts';
import { acquireServices, type TestServices } from '../../../../ops/testing/services.ts';
import { TestCluster } from '../../../../ops/testing/test-cluster.ts';
import { FolderBlobStore } from '../../../../storage/blobs/folder-blob-store.ts';
import { picture } from './testing/pictures.ts';
import { TusClient } from './testing/tus-client.ts';

let services: TestServices;
let cluster: TestCluster;

before(async () => {
  services = await acquireServices();
  cluster = await TestCluster.start({ services, env: { SKEIN_UPLOAD_EXPIRES_SECONDS: '8' } });
});

after(async () => {
  await cluster?.stop();
  await services?.stop();
});

const idOf = (location: string) => location.split('/').at(-1)!;

/** Names of an upload's blobs. */
function blobsOf(id: string): string[] {
  return (readdirSync(cluster.blobDir, { recursive: true }) as string[])
    .filter((file) => file.includes(`${id}/`))
    .map((file) => file.split('/').at(-1)!);
}

async function rowsOf(ids: string[]): Promise<number> {
  const { rowCount } = await cluster.database.query(
    'select 1 from uploads where upload_id = any($1::uuid[])',
    [ids],
  );
  return rowCount ?? 0;
}

/** As a projected group has it. */
async function makeAvatar(uploadId: string): Promise<void> {
  await cluster.database.query(
    `insert into conversations (conversation_id, kind, epoch, created_at, created_by, head_seq, head_ordinal,
                                active_at, last_at, avatar_id)
     select conversation_id, 'group', 1, now(), owner_id, 1, 0, now(), now(), upload_id
     from uploads where upload_id = $1`,
    [uploadId],
  );
}

test('[MSG-7] uploads that are in no message, and deleted ones, go with all they stored', async () => {
  const ada = await TusClient.of(cluster, 'ada');
  const begun = await ada.created(2_000_000);
  await ada.patch(begun, 0, Buffer.alloc(1_500_000));
  const complete = (await ada.upload(await picture().png().toBuffer())).id;
  const refused = idOf((await ada.upload((await picture().png().toBuffer()).subarray(0, 20_000))).location);
  const sent = (await ada.upload(await picture().jpeg().toBuffer())).id;
  const deleted = (await ada.upload(Buffer.from('deleted'))).id;
  const uploadOf = async (text: string) => (await ada.upload(Buffer.from(text))).id;
  const claimed = await uploadOf('claimed a moment ago');
  const unsent = await uploadOf('claimed, and the sender died');
  const avatar = await uploadOf('of a group');
  // As the gateway and the projector do it.
  await cluster.database.query(
    `update uploads set conversation_id = gen_random_uuid(), message_key = gen_random_uuid(), attached_at = now()
     where upload_id = any($1::uuid[])`,
    [[sent, deleted, claimed, unsent, avatar]],
  );
  await cluster.database.query('update uploads set message_seq = 7 where upload_id = any($1::uuid[])', [
    [sent, deleted],
  ]);
  await cluster.database.query(
    `update uploads set attached_at = now() + case when upload_id = $1 then interval '1 hour' else interval '-1 hour' end
     where upload_id in ($1, $2, $3)`,
    [claimed, unsent, avatar],
  );
  await makeAvatar(avatar);
  await cluster.database.query('update uploads set deleted_at = now() where upload_id = $1', [deleted]);
  assert.ok(
    blobsOf(idOf(begun)).length > 0 && blobsOf(complete).length === 2 && blobsOf(deleted).length === 1,
  );
  const doomed = [idOf(begun), complete, refused, deleted, unsent];
  await eventually(async () => (await rowsOf(doomed)) === 0);
  for (const id of doomed) assert.deepEqual(blobsOf(id), [], id);
  assert.equal((await ada.head(begun)).status, 404);
  assert.deepEqual([await rowsOf([sent, claimed]), blobsOf(sent).length, blobsOf(claimed).length], [2, 2, 1]);
});

test('[MSG-7] what a crash left beside a finished upload goes too', async () => {
  const ada = await TusClient.of(cluster, 'ada');
  const { id } = await ada.upload(await picture().jpeg().toBuffer());
  await cluster.database.query(
    'update uploads set conversation_id = gen_random_uuid(), message_seq = 1 where upload_id = $1',
    [id],
  );
  const before = blobsOf(id).sort();
  const blobs = await FolderBlobStore.open(cluster.blobDir);
  await blobs.put({ group: id, name: 'piece-left' }, Buffer.from('left'));
  await eventually(() => !blobsOf(id).includes('piece-left'));
  assert.deepEqual(blobsOf(id).sort(), before);
});
