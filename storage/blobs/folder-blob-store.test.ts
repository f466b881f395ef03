import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { blobStoreContract } from './blob-store.contract.ts';
import { FolderBlobStore } from './folder-blob-store.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'skein-blobs-'));
const open = () => FolderBlobStore.open(path.join(root, 'blobs'));
after(() => rmSync(root, { recursive: true, force: true }));

blobStoreContract('a folder', open, open);

void test('what a crash left half-written goes with its group', async () => {
  const store = await open();
  const group = randomUUID();
  await store.put({ group, name: 'content-1' }, Buffer.from('whole'));
  const files = readdirSync(path.join(root, 'blobs'), { recursive: true }) as string[];
  const folder = path.join(
    root,
    'blobs',
    files.find((file) => file.endsWith(group))!,
  );
  writeFileSync(path.join(folder, 'content-2.draft'), 'ha');
  await store.deleteGroup(group, ['content-1']);
  assert.deepEqual(readdirSync(folder), ['content-1']);
});

void test('a folder that cannot be made is told with the setting to change', async () => {
  writeFileSync(path.join(root, 'file'), '');
  await assert.rejects(FolderBlobStore.open(path.join(root, 'file', 'blobs')), /SKEIN_BLOB_DIR/);
});
