// Conversations as the runtime drives them, in a simulated world.
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import type { SubscribeAnswer } from './reads.ts';
import { bounds } from '../runtime/bounds.ts';
import { refuse } from '../runtime/reply.ts';
import type { ConversationCommand } from './commands.ts';
import {
  ada,
  bob,
  eve,
  room,
  plain,
  World,
  open,
  valueOf,
  seqOf,
  codeOf,
  seqsOf,
  upTo,
  pushedSeqs,
  type Asked,
} from './testing/world.ts';
import { startMs } from '../runtime/testing/manual-time.ts';

void test('[MSG-2] an acknowledgement and the event wait until the message is durable', async () => {
  const world = await open();
  const sent = world.send('hello');
  await turn();
  assert.equal(codeOf(sent), 'no answer');
  assert.deepEqual(pushedSeqs(world), [1]);
  await world.commit();
  assert.deepEqual(valueOf(sent), { seq: 2, ordinal: 1, atMs: startMs });
  assert.deepEqual(pushedSeqs(world), [1, 2]);
});

void test('[MSG-2] a read shows nothing that is not durable', async () => {
  const world = await open();
  world.send('on its way');
  const page = world.history('after', 0);
  const subscribed = world.ask({ type: 'subscribe', by: bob, epoch: 1, afterSeq: 0 });
  assert.deepEqual(seqsOf(page), [1]);
  assert.partialDeepStrictEqual((valueOf(subscribed) as SubscribeAnswer).result, { headSeq: 1 });
  await world.commit();
  assert.deepEqual(seqsOf(world.history('after', 0)), [1, 2]);
});

void test('[MSG-1] sends that are decided at the same time get consecutive numbers', async () => {
  const world = await open();
  const sent = Array.from({ length: 50 }, (_, at) => world.send(`${at}`, { by: at % 2 ? ada : bob }));
  await world.commit();
  assert.deepEqual(sent.map(seqOf), upTo(51, 2));
});

void test('[DM-1] opening twice, from both sides at once, makes one conversation and one event', async () => {
  const world = new World();
  const first = world.ask({ type: 'open_direct', by: ada, peer: bob });
  const second = world.ask({ type: 'open_direct', by: bob, peer: ada });
  await turn();
  assert.equal(codeOf(second), 'no answer', 'the first one is not durable yet');
  await world.commit();
  assert.deepEqual(valueOf(second), valueOf(first));
  assert.equal(world.journaled.length, 1);
  assert.deepEqual(new Set(world.effects.map(({ userId }) => userId)), new Set([ada, bob]));
});

void test('[MSG-4] a repeat while the first is on its way gets the same answer, once that is durable', async () => {
  const world = await open();
  const key = world.key();
  const first = world.send('once', { key });
  const repeat = world.send('once', { key });
  await turn();
  assert.equal(codeOf(repeat), 'no answer');
  await world.commit();
  assert.deepEqual(valueOf(repeat), valueOf(first));
  assert.equal(world.journaled.length, 2);
});

void test('[MSG-4] a repeat of a key that memory has let go of is found in the record', async () => {
  const world = await open();
  const key = world.key();
  const first = world.send('old', { key });
  await world.commit();
  for (let at = 0; at < bounds.keysLoadedMax + 10; at++) world.send(`${at}`);
  await world.commit();
  world.sleep();
  await world.commit();
  world.time.advance(7 * 86_400_000);
  const repeat = world.send('old', { key });
  await turn();
  assert.deepEqual(valueOf(repeat), valueOf(first));
  assert.equal(world.journal.queued, 0);
});

void test('[MSG-4] an old key that nobody knows is stored once, however often it comes at the same time', async () => {
  const world = await open();
  for (let at = 0; at < bounds.keysLoadedMax + 10; at++) world.send(`${at}`);
  await world.commit();
  world.sleep();
  const key = world.key(3_600_000);
  const sent = [world.send('late', { key }), world.send('late', { key }), world.send('late', { key })];
  await world.commit();
  assert.equal(new Set(sent.map(seqOf)).size, 1);
  assert.equal(world.journaled.filter((event) => event.type === 'message' && event.key === key).length, 1);
});

void test('FAULTS 28: a key that comes back with another body, or from someone else, is refused', async () => {
  const world = await open();
  const key = world.key();
  const first = world.send('original', { key });
  const otherBody = world.send('changed', { key });
  const otherSender = world.send('original', { key, by: bob });
  await world.commit();
  assert.equal(codeOf(otherBody), 'key_reused');
  assert.equal(codeOf(otherSender), 'key_reused');
  assert.deepEqual(valueOf(world.send('original', { key })), valueOf(first));
  assert.equal(world.journaled.length, 2);
});

void test('[OFF-6] a key from the future is refused, one from within the tolerance is not', async () => {
  const world = await open();
  assert.equal(codeOf(world.send('late', { key: world.key(-11_000) })), 'key_from_future');
  assert.equal(codeOf(world.send('odd', { key: crypto.randomUUID() })), 'key_invalid');
  const sent = world.send('early', { key: world.key(-9_000) });
  await world.commit();
  assert.equal(seqOf(sent), 2);
});

void test('[OFF-3] messages of one queue are stored as written, whatever order they come in', async () => {
  const world = await open();
  const keys = Array.from({ length: 6 }, () => world.key());
  const sent: Asked[] = [];
  for (const at of [3, 5, 1, 2, 4, 0])
    sent[at] = world.send(`${at}`, { key: keys[at]!, prev: keys[at - 1] ?? null });
  await world.commit();
  assert.deepEqual(sent.map(seqOf), upTo(7, 2));
  const bodies = world.journaled.flatMap((event) => (event.type === 'message' ? [event.body] : []));
  assert.deepEqual(bodies, ['0', '1', '2', '3', '4', '5']);
  assert.deepEqual(pushedSeqs(world), upTo(7));
});

void test('[OFF-3] a message whose predecessor never comes is refused after a while, retryably', async () => {
  const world = await open();
  const parked = world.send('second', { prev: world.key() });
  world.time.advance(bounds.parkedForMsMax - 1);
  assert.equal(codeOf(parked), 'no answer');
  world.time.advance(1);
  assert.equal(codeOf(parked), 'predecessor_missing');
});

void test('[MSG-3] a full journal answers overloaded; repeats of what was stored are answered all the same', async () => {
  const world = await open();
  const key = world.key();
  const first = world.send('before', { key });
  await world.commit();
  world.journal.refuses = 'overloaded';
  assert.deepEqual(world.send('too much').reply, refuse('overloaded', bounds.overloadedRetryAfterMs));
  assert.deepEqual(valueOf(world.send('before', { key })), valueOf(first));
  world.journal.refuses = null;
  const later = world.send('after');
  await world.commit();
  assert.equal(seqOf(later), 3);
});

void test('[ACC-2] to someone who is no member the conversation does not exist, awake or asleep', async () => {
  const world = await open();
  const commands: ConversationCommand[] = [
    { type: 'send', by: eve, key: world.key(), body: 'hi', prev: null, ...plain },
    { type: 'history', by: eve, direction: 'after', seq: 0, limit: 10 },
    { type: 'subscribe', by: eve, epoch: 0, afterSeq: null },
    { type: 'cursor', by: eve, deliveredSeq: 1, readSeq: 1 },
  ];
  for (const command of commands) assert.equal(codeOf(world.ask(command)), 'conversation_not_found');
  world.sleep();
  for (const command of commands) {
    const asked = world.ask(command);
    await turn();
    assert.equal(codeOf(asked), 'conversation_not_found', command.type);
  }
});

void test('cursors grow, stop at the head, and leave together', async () => {
  const world = await open();
  for (let at = 0; at < bounds.tailEventsKept * 4; at++) world.send(`${at}`);
  await world.commit();
  world.journal.project();
  world.send('the tail is trimmed now');
  await world.commit();
  world.time.advance(bounds.cursorFlushEveryMs);
  world.published.length = 0;
  const beyond = Number.MAX_SAFE_INTEGER;
  const moved = [
    world.ask({ type: 'cursor', by: bob, deliveredSeq: beyond, readSeq: 5 }),
    world.ask({ type: 'cursor', by: bob, deliveredSeq: 3, readSeq: 3 }),
  ];
  await turn();
  world.time.advance(bounds.cursorFlushEveryMs);
  await turn();
  assert.deepEqual(
    moved.map(({ reply }) => reply),
    [null, null],
    'what is not durable is not acknowledged',
  );
  await world.commit();
  moved.forEach(valueOf);
  const headSeq = world.journaled.at(-1)!.seq;
  assert.deepEqual(world.published, [[129, 0, room, [[bob, headSeq, 5, 4]]]]);
});

void test('a handler that breaks drops the activation; the next one starts from all that was decided', async () => {
  const world = await open();
  const before = world.send('decided before');
  const broken = world.send(undefined as never);
  assert.equal(codeOf(broken), 'internal');
  assert.equal(world.host.crashes, 1);
  // These come before the journal has said what it holds by now.
  const read = world.history('after', 0);
  const after = world.send('decided after');
  await world.commit();
  assert.equal(seqOf(before), 2, 'it was on its way and is durable');
  assert.deepEqual([codeOf(read), codeOf(after)], ['no answer', 'no answer'], 'not projected yet');
  world.journal.project();
  await world.commit();
  assert.deepEqual(seqsOf(read), [1, 2]);
  assert.equal(seqOf(after), 3);
});

void test('a broken command that waited for the activation takes it down once, and those behind it are answered', async () => {
  const world = await open();
  world.sleep();
  const asked = [world.send('first'), world.send(undefined as never), world.send('third')];
  await world.commit();
  assert.deepEqual(asked.map(codeOf), ['accepted', 'internal', 'internal']);
  assert.equal(world.host.crashes, 1);
});

void test('an activation that cannot be loaded answers unavailable, and the next command tries again', async () => {
  const world = await open();
  world.sleep();
  world.store.away = true;
  const refused = world.send('while away');
  await turn();
  assert.equal(codeOf(refused), 'unavailable');
  world.store.away = false;
  const sent = world.send('back');
  await world.commit();
  assert.equal(seqOf(sent), 2);
});

void test('an idle activation is dropped only when all of it is projected', async () => {
  const world = await open();
  world.send('kept');
  await world.commit();
  world.time.advance(2 * bounds.passivateAfterIdleMs);
  assert.equal(world.host.activations, 1, 'the record does not have it yet');
  world.journal.project();
  world.time.advance(bounds.cursorFlushEveryMs);
  await world.commit();
  world.journal.project();
  world.time.advance(2 * bounds.passivateAfterIdleMs);
  assert.equal(world.host.activations, 0);
  const reads = world.store.reads;
  const page = world.history('after', 0);
  await turn();
  assert.deepEqual(seqsOf(page), [1, 2]);
  assert.equal(world.host.activations, 0, 'reading does not wake it');
  assert.ok(world.store.reads > reads);
});

void test('a mailbox is bounded while its actor is loaded', async () => {
  const world = await open();
  world.sleep();
  let openGate = (): void => undefined;
  world.store.gate = new Promise((resolve) => (openGate = resolve));
  const asked = Array.from({ length: bounds.mailboxCommandsMax + 1 }, (_, at) => world.send(`${at}`));
  assert.equal(codeOf(asked.at(-1)!), 'overloaded');
  assert.equal(codeOf(asked.at(-2)!), 'no answer');
  openGate();
  await world.commit();
  assert.deepEqual(asked.slice(0, -1).map(seqOf), upTo(bounds.mailboxCommandsMax + 1, 2));
});
