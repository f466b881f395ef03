// Receipts as the runtime drives them, in a simulated world: what leaves when, to whom, and what is answered.
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import type { MemberCursor } from '../../protocol/frames/subscribe.ts';
import { limits } from '../../protocol/limits.ts';
import { opcodes } from '../../protocol/opcodes.ts';
import { bounds } from '../runtime/bounds.ts';
import type { SubscribeAnswer } from './reads.ts';
import { ada, bob, codeOf, eve, open, room, valueOf, World, type Asked } from './testing/world.ts';

const move = (world: World, by: string, readSeq: number, deliveredSeq = readSeq): Asked =>
  world.ask({ type: 'cursor', by, deliveredSeq, readSeq });

/** Lets the time pass after which moved cursors leave, and what they wait for happen. */
async function flush(world: World): Promise<void> {
  world.time.advance(bounds.cursorFlushEveryMs);
  await world.commit();
}

/** As they stand on the wire: member, delivered, read, messages read. */
function journaledCursors({ journal }: World): unknown[] {
  return journal.batches
    .flat()
    .flatMap((entry) => (entry.type === 'cursors' ? entry.cursors.map(onWire) : []));
}

const onWire = ({ userId, deliveredSeq, readSeq, readOrdinal }: MemberCursor) => [
  userId,
  deliveredSeq,
  readSeq,
  readOrdinal,
];

/** The conversation of Ada and Bob, so long that memory does not hold its beginning. */
async function longConversation(): Promise<World> {
  const world = await open();
  for (let at = 0; at < bounds.tailEventsKept * 4; at++) world.send(`${at}`);
  await world.commit();
  world.journal.project();
  world.send('the tail is trimmed here');
  await world.commit();
  return world;
}

/** A group with this many members; the first three have names. */
async function group(members: number): Promise<World> {
  const world = new World();
  const others = Array.from(
    { length: members - 3 },
    (_, at) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
  );
  const profile = { name: 'Weavers', description: '', avatarId: null };
  const made = world.ask({ type: 'create_group', by: ada, memberIds: [bob, eve, ...others], ...profile });
  await world.commit();
  valueOf(made);
  return world;
}

test('[MSG-6] a moved cursor is answered when it is durable, and others hear of it then at the earliest', async () => {
  const world = await open();
  world.send('hello');
  await world.commit();
  world.published.length = 0;
  const moved = move(world, bob, 2);
  await world.commit();
  assert.equal(codeOf(moved), 'no answer');
  assert.deepEqual(world.published, []);
  await flush(world);
  assert.equal(valueOf(moved), null);
  assert.deepEqual(world.published, [[opcodes.cursorsMoved, 0, room, [[bob, 2, 2, 1]]]]);
  assert.deepEqual(journaledCursors(world), [[bob, 2, 2, 1]]);
});

test('[MSG-6] a cursor that says nothing new is answered at once, and nothing leaves', async () => {
  const world = await open();
  world.send('hello');
  await world.commit();
  move(world, bob, 2);
  await flush(world);
  world.published.length = 0;
  const again = move(world, bob, 1);
  await turn();
  assert.equal(valueOf(again), null);
  await flush(world);
  assert.deepEqual([world.published, journaledCursors(world).length], [[], 1]);
});

test('[MSG-6] a cursor that says nothing new waits with one that does, for it may repeat that one', async () => {
  const world = await open();
  world.send('hello');
  await world.commit();
  const first = move(world, bob, 2);
  const repeat = move(world, bob, 2);
  await turn();
  assert.deepEqual([codeOf(first), codeOf(repeat)], ['no answer', 'no answer']);
  await flush(world);
  assert.deepEqual([valueOf(first), valueOf(repeat)], [null, null]);
  assert.deepEqual(journaledCursors(world), [[bob, 2, 2, 1]]);
});

test('[MSG-6] who writes has read what stands above: no receipt says so', async () => {
  const world = await open();
  world.send('one');
  world.send('two', { by: bob });
  await world.commit();
  await flush(world);
  assert.deepEqual(journaledCursors(world), []);
  const receipts = valueOf(world.ask({ type: 'receipts', by: ada })) as MemberCursor[];
  assert.deepEqual(receipts.map(onWire), [
    [ada, 2, 2, 1],
    [bob, 3, 3, 2],
  ]);
});

test('[MSG-6] the count of what was read is that at the cursor, whatever stands there', async () => {
  const world = await group(3);
  world.send('one');
  world.ask({ type: 'update_profile', by: ada, name: 'Spinners', description: '', avatarId: null });
  world.send('two');
  await world.commit();
  const atSeq = async (seq: number): Promise<unknown> => {
    move(world, bob, seq);
    await flush(world);
    return journaledCursors(world).at(-1);
  };
  assert.deepEqual(await atSeq(1), [bob, 1, 1, 0], 'the creation');
  assert.deepEqual(await atSeq(2), [bob, 2, 2, 1], 'the first message');
  assert.deepEqual(await atSeq(3), [bob, 3, 3, 1], 'the new name');
  assert.deepEqual(await atSeq(4), [bob, 4, 4, 2], 'the head');
});

test('[MSG-6] in a large group everyone hears of their own cursor only', async () => {
  const world = await group(limits.receiptsMembersMax + 1);
  world.send('hello');
  await world.commit();
  world.published.length = 0;
  move(world, bob, 2);
  move(world, eve, 1);
  await flush(world);
  assert.deepEqual(world.published, []);
  const toldOf = (cursor: unknown[]) => [opcodes.cursorsMoved, 0, room, [cursor]];
  assert.deepEqual(world.publishedEach, [
    { userId: bob, frame: toldOf([bob, 2, 2, 1]) },
    { userId: eve, frame: toldOf([eve, 1, 1, 0]) },
  ]);
  const subscribed = world.ask({ type: 'subscribe', by: bob, epoch: 1, afterSeq: 2 });
  const { result } = valueOf(subscribed) as SubscribeAnswer;
  assert.ok(result.result === 'recovered');
  assert.deepEqual(result.cursors.map(onWire), [[bob, 2, 2, 1]]);
});

test('[GRP-4] who is removed leaves no cursor, and what they had said is answered all the same', async () => {
  const world = await group(3);
  world.send('hello');
  await world.commit();
  const moved = move(world, eve, 2);
  world.ask({ type: 'remove_member', by: ada, userId: eve });
  await world.commit();
  await flush(world);
  assert.equal(valueOf(moved), null);
  assert.deepEqual(journaledCursors(world), []);
  const late = move(world, eve, 2);
  await turn();
  assert.equal(codeOf(late), 'conversation_not_found');
});

test('[GRP-4] who is removed while the record is asked about an old place leaves no cursor', async () => {
  const world = await group(3);
  for (let at = 0; at < bounds.tailEventsKept * 4; at++) world.send(`${at}`);
  await world.commit();
  world.journal.project();
  world.send('the tail is trimmed here');
  await world.commit();
  const gate = Promise.withResolvers<void>();
  world.store.gate = gate.promise;
  const moved = move(world, eve, 3);
  world.ask({ type: 'remove_member', by: ada, userId: eve });
  await world.commit();
  assert.equal(codeOf(moved), 'no answer');
  gate.resolve();
  await flush(world);
  assert.equal(valueOf(moved), null);
  assert.deepEqual(journaledCursors(world), []);
});

test('[MSG-3] a record that is away refuses an old place, and takes it when it is back', async () => {
  const world = await longConversation();
  world.store.away = true;
  const refused = move(world, bob, 3);
  await turn();
  assert.equal(codeOf(refused), 'unavailable');
  world.store.away = false;
  const taken = move(world, bob, 3);
  await turn();
  await flush(world);
  assert.equal(valueOf(taken), null);
  assert.deepEqual(journaledCursors(world), [[bob, 3, 3, 2]]);
});

test('[MSG-3] a full backlog takes no cursors; they go with the next ones', async () => {
  const world = await open();
  world.send('hello');
  await world.commit();
  world.published.length = 0;
  world.journal.refuses = 'overloaded';
  const refused = move(world, bob, 2);
  await flush(world);
  assert.equal(codeOf(refused), 'overloaded');
  assert.deepEqual(journaledCursors(world), []);
  world.journal.refuses = null;
  const repeated = move(world, bob, 2);
  await turn();
  assert.equal(codeOf(repeated), 'no answer', 'it is not durable yet');
  await flush(world);
  assert.equal(valueOf(repeated), null);
  assert.deepEqual(journaledCursors(world), [[bob, 2, 2, 1]]);
});

test('[MSG-3] a full backlog takes no cursor at an old place; its repeat is answered when it is durable', async () => {
  const world = await longConversation();
  world.journal.refuses = 'overloaded';
  const refused = move(world, bob, 3);
  await turn();
  await flush(world);
  assert.equal(codeOf(refused), 'overloaded');
  world.journal.refuses = null;
  const repeated = move(world, bob, 3);
  await world.commit();
  assert.equal(codeOf(repeated), 'no answer', 'it is not durable yet');
  await flush(world);
  assert.equal(valueOf(repeated), null);
  assert.deepEqual(journaledCursors(world), [[bob, 3, 3, 2]]);
});

test('cursors that wait leave with an activation that goes', async () => {
  const world = await open();
  world.send('hello');
  await world.commit();
  const moved = move(world, bob, 2);
  await turn();
  world.sleep();
  await world.commit();
  assert.equal(valueOf(moved), null);
  assert.deepEqual(journaledCursors(world), [[bob, 2, 2, 1]]);
});
