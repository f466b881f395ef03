// Unread counts as a conversation answers them, in a simulated world: without what was deleted, whether memory or the
// record knows of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bounds } from '../runtime/bounds.ts';
import type { OpenedConversation } from './commands.ts';
import { Deletions } from './deletions.ts';
import { ada, bob, codeOf, open, seqOf, valueOf, type Asked, type World } from './testing/world.ts';

async function told(world: World, count: number): Promise<number[]> {
  const sent = Array.from({ length: count }, (_, at) => world.send(`${at}`));
  await world.commit();
  return sent.map(seqOf);
}

async function remove(world: World, seqs: readonly number[]): Promise<void> {
  const asked = seqs.map((messageSeq) =>
    world.ask({ type: 'delete_message', by: ada, messageSeq, asPlatformAdmin: false }),
  );
  await world.commit();
  for (const each of asked) assert.equal(codeOf(each), 'accepted');
}

async function unread(world: World, by = bob): Promise<number> {
  const asked: Asked = world.ask({ type: 'describe', by });
  await world.commit();
  return (valueOf(asked) as OpenedConversation).unread;
}

async function read(world: World, seq: number): Promise<void> {
  world.ask({ type: 'cursor', by: bob, deliveredSeq: seq, readSeq: seq });
  world.time.advance(bounds.cursorFlushEveryMs);
  await world.commit();
}

test('[MSG-6] what is deleted is unread no longer, below the cursor or above it, once', async () => {
  const world = await open();
  const seqs = await told(world, 4);
  assert.deepEqual([await unread(world), await unread(world, ada)], [4, 0]);
  await remove(world, [seqs[1]!, seqs[3]!]);
  assert.equal(await unread(world), 2);
  await read(world, seqs[2]!);
  assert.equal(await unread(world), 0);
  await remove(world, [seqs[0]!]);
  assert.equal(await unread(world), 0, 'what was read counts nowhere');
});

test('[MSG-6] a conversation that slept counts the same', async () => {
  const world = await open();
  const seqs = await told(world, 4);
  await remove(world, [seqs[0]!, seqs[2]!]);
  world.sleep();
  assert.equal(await unread(world), 2);
  await remove(world, [seqs[3]!]);
  assert.equal(await unread(world), 1);
});

test('[MSG-6] more deletions than memory keeps are counted by the record, and what it lacks by memory', async () => {
  const world = await open();
  const seqs = await told(world, bounds.deletionsKept + 20);
  await remove(world, seqs.slice(0, bounds.deletionsKept + 5));
  world.journal.project();
  const readsBefore = world.store.reads;
  await remove(world, seqs.slice(-3));
  assert.equal(await unread(world), 12);
  assert.ok(world.store.reads > readsBefore, 'the record was not asked');
  await read(world, seqs.at(-14)!);
  const before = world.store.reads;
  assert.equal(await unread(world), 10, 'memory holds the latest');
  assert.equal(world.store.reads, before);
});

test('[MSG-6] a record that trails what memory let go, or is ahead of the head, is asked again', () => {
  const deletions = new Deletions({ ordinals: [], completeAbove: 0 });
  for (let ordinal = 1; ordinal <= bounds.deletionsKept + 1; ordinal++) {
    deletions.decided(ordinal, 2_000 + ordinal, () => 0);
  }
  assert.equal(deletions.above(0, 9_000), null);
  assert.equal(deletions.added(0, { count: 0, asOfSeq: 2_000 }, 9_000), null);
  assert.equal(deletions.added(0, { count: 900, asOfSeq: 2_900 }, 9_000), bounds.deletionsKept + 1);
  assert.equal(deletions.added(0, { count: 900, asOfSeq: 2_900 }, 2_899), null);
});

test('[MSG-6] a record that trails a deletion of what memory does not keep is asked again', () => {
  const deletions = new Deletions({ ordinals: [], completeAbove: 10 });
  deletions.decided(4, 50, () => 10);
  assert.equal(deletions.added(2, { count: 0, asOfSeq: 49 }, 50), null);
  assert.equal(deletions.added(2, { count: 1, asOfSeq: 50 }, 50), 1);
});
