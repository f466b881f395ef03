// Contract of every BlobStore; each implementation's test runs it.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { BlobMissing, readWhole, type BlobId, type BlobStore } from './blob-store.ts';

/** @param reopen another instance on the same blobs, as another worker has it */
export function blobStoreContract(
  name: string,
  open: () => Promise<BlobStore>,
  reopen: () => Promise<BlobStore>,
): void {
  const blob = (group: string = randomUUID()): BlobId => ({ group, name: `piece-${randomUUID()}` });

  void test(`${name}: what was put is read, whole and in ranges, by every instance`, async () => {
    const content = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251));
    const id = blob();
    await (await open()).put(id, content);
    const other = await reopen();
    assert.deepEqual(await readWhole(other, id), content);
    assert.equal(await other.sizeOf(id), content.length);
    for (const [from, to] of [
      [0, 0],
      [1, 140_000],
      [299_999, 299_999],
      [299_000, 299_999],
    ] as const) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of other.read(id, { from, to })) chunks.push(chunk);
      assert.deepEqual(Buffer.concat(chunks), content.subarray(from, to + 1), `${from}-${to}`);
    }
  });

  void test(`${name}: what is missing says so, and is deleted without complaint`, async () => {
    const store = await open();
    await assert.rejects(readWhole(store, blob()), BlobMissing);
    assert.equal(await store.sizeOf(blob()), null);
    await store.delete(blob());
    await store.deleteGroup(randomUUID());
  });

  void test(`${name}: a group is deleted whole or but for some, and no other with it`, async () => {
    const store = await open();
    const [group, other] = [randomUUID(), randomUUID()];
    const [kept, gone, elsewhere] = [blob(group), blob(group), blob(other)];
    for (const id of [kept, gone, elsewhere]) await store.put(id, Buffer.from(id.name));
    await store.deleteGroup(group, [kept.name]);
    await assert.rejects(readWhole(store, gone), BlobMissing);
    assert.equal((await readWhole(store, kept)).toString(), kept.name);
    await store.deleteGroup(group);
    await assert.rejects(readWhole(store, kept), BlobMissing);
    assert.equal((await readWhole(store, elsewhere)).toString(), elsewhere.name);
  });

  void test(`${name}: ids that could lead elsewhere are no ids`, async () => {
    const store = await open();
    for (const group of ['', '..', '../../etc', randomUUID().toUpperCase(), `${randomUUID()}/..`]) {
      await assert.rejects(store.put({ group, name: 'x' }, Buffer.from('x')), group);
      await assert.rejects(store.deleteGroup(group), group);
    }
    for (const badName of ['', '..', '../x', 'a/b', 'a.draft', 'a\0b', 'A']) {
      await assert.rejects(store.put({ group: randomUUID(), name: badName }, Buffer.from('x')), badName);
    }
  });
}
