// Conversations as the runtime drives them, in a simulated world: time, journal and record in memory, so that a test
// decides when something becomes durable and when it is projected.
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { decode } from '../../protocol/codec/codec.ts';
import { conversationEventTypes } from '../../protocol/events/event-types.ts';
import type { ConversationEvent } from '../../protocol/events/conversation-event.ts';
import { ActorHost } from '../runtime/actor-host.ts';
import { bounds } from '../runtime/bounds.ts';
import type { Effect } from '../runtime/effect.ts';
import type { Journal, JournalEntry } from '../runtime/journal-port.ts';
import type { Cancel, Clock, Timers } from '../runtime/ports.ts';
import { refuse, type Reply } from '../runtime/reply.ts';
import type { MemberCursor } from '../../protocol/frames/subscribe.ts';
import { ConversationActivator } from './activator.ts';
import type { ConversationCommand } from './commands.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { StoredKey } from './key-window.ts';
import { annotate } from './annotate.ts';
import { factsFrom, type MessageFacts } from './message-book.ts';
import { absent, evolve, type ConversationState, type KnownConversation } from './state.ts';
import type { ConversationStore, EventPage, PageQuery, StoredConversation } from './store-port.ts';

const ada = '00000000-0000-4000-8000-00000000000a';
const bob = '00000000-0000-4000-8000-00000000000b';
const eve = '00000000-0000-4000-8000-00000000000e';
const room = '00000000-0000-8000-8000-000000000001';
/** A message without anything but its text. */
const plain = { replyTo: null, mentions: [], attachments: [] } as const;
const startMs = Date.UTC(2026, 0, 1);

class ManualTime implements Clock, Timers {
  elapsedMs = 0;
  readonly #due = new Set<{ atMs: number; run: () => void; everyMs: number | null }>();

  now(): number {
    return startMs + this.elapsedMs;
  }
  monotonicMs(): number {
    return this.elapsedMs;
  }
  setTimeout(run: () => void, delayMs: number): Cancel {
    return this.#add({ atMs: this.elapsedMs + delayMs, run, everyMs: null });
  }
  setInterval(run: () => void, everyMs: number): Cancel {
    return this.#add({ atMs: this.elapsedMs + everyMs, run, everyMs });
  }
  advance(ms: number): void {
    const end = this.elapsedMs + ms;
    for (;;) {
      const next = [...this.#due].filter(({ atMs }) => atMs <= end).sort((a, b) => a.atMs - b.atMs)[0];
      if (!next) break;
      this.elapsedMs = next.atMs;
      if (next.everyMs === null) this.#due.delete(next);
      else next.atMs += next.everyMs;
      next.run();
    }
    this.elapsedMs = end;
  }
  #add(timer: { atMs: number; run: () => void; everyMs: number | null }): Cancel {
    this.#due.add(timer);
    return () => void this.#due.delete(timer);
  }
}

/** The record. Holds what was projected, and nothing else. */
class MemoryStore implements ConversationStore {
  readonly events: ConversationEvent[] = [];
  readonly cursors = new Map<string, MemberCursor>();
  reads = 0;
  /** While set, loads wait for it. */
  gate: Promise<void> = Promise.resolve();
  away = false;

  apply(entry: JournalEntry): void {
    if (entry.type === 'conversation') this.events.push(entry.event);
    if (entry.type === 'cursors') for (const cursor of entry.cursors) this.cursors.set(cursor[0], cursor);
  }
  async load(_id: string, keysMax: number): Promise<StoredConversation | null> {
    await this.#read();
    const state = this.#state();
    return (
      state && { state, cursors: this.#cursorsOf(state), blocks: [], keys: this.#keys().slice(-keysMax) }
    );
  }
  async findKey(_id: string, key: string): Promise<StoredKey | null> {
    await this.#read();
    return this.#keys().find((stored) => stored.key === key) ?? null;
  }
  async page(_id: string, { direction, seq, limit, viewer }: PageQuery): Promise<EventPage> {
    await this.#read();
    const shown = annotate(this.events, this.events, viewer);
    const found = shown.filter(([at]) => (direction === 'before' ? at < seq : at > seq));
    const events = direction === 'before' ? found.slice(-limit) : found.slice(0, limit);
    return { events, more: found.length > limit, asOfSeq: this.events.length };
  }
  async message(_id: string, seq: number): Promise<MessageFacts | null> {
    await this.#read();
    return factsFrom(this.events, seq);
  }
  async ordinalAt(_id: string, seq: number): Promise<number> {
    await this.#read();
    return this.events.filter((event) => event[0] <= seq && event[2] === conversationEventTypes.message)
      .length;
  }
  async head(_id: string, userId: string | null) {
    await this.#read();
    const state = this.#state();
    if (!state || (userId !== null && !state.members.has(userId))) return null;
    const { epoch, headSeq, headOrdinal } = state;
    return { deleted: false, epoch, headSeq, headOrdinal, cursors: this.#cursorsOf(state) };
  }
  async #read(): Promise<void> {
    this.reads++;
    await this.gate;
    if (this.away) throw new Error('the record is away');
  }
  #state(): KnownConversation | null {
    const state = this.events.reduce<ConversationState>(evolve, absent);
    return state.status === 'absent' ? null : state;
  }
  #cursorsOf(state: KnownConversation): MemberCursor[] {
    return [...state.members.keys()].map((userId) => this.cursors.get(userId) ?? [userId, 0, 0, 0]);
  }
  #keys(): StoredKey[] {
    return this.events.flatMap((event) => {
      if (event[2] !== conversationEventTypes.message) return [];
      const [seq, atMs, , senderId, key, ordinal, body, replyTo] = event;
      const fingerprint = fingerprintOf({ senderId, body, replyTo, attachmentIds: [] });
      return [{ key, seq, ordinal, atMs, fingerprint }];
    });
  }
}

/** Group commit when the test says so; projection when the test says so. */
class MemoryJournal implements Journal {
  accepts = true;
  projectedBatch = 0;
  readonly batches: JournalEntry[][] = [];
  readonly #store: MemoryStore;
  #queue: { entries: readonly JournalEntry[]; onDurable: (batch: number) => void }[] = [];
  #waiting: { batch: number; resolve: () => void }[] = [];

  constructor(store: MemoryStore) {
    this.#store = store;
  }
  append(entries: readonly JournalEntry[], onDurable: (batch: number) => void): void {
    this.#queue.push({ entries, onDurable });
  }
  projected(batch: number): Promise<void> {
    if (batch <= this.projectedBatch) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ batch, resolve }));
  }
  get queued(): number {
    return this.#queue.length;
  }
  commit(): void {
    const group = this.#queue.splice(0);
    const entries = group.flatMap((queued) => queued.entries);
    if (entries.length > 0) this.batches.push(entries);
    for (const { onDurable } of group) onDurable(this.batches.length);
  }
  project(): void {
    for (const entry of this.batches.slice(this.projectedBatch).flat()) this.#store.apply(entry);
    this.projectedBatch = this.batches.length;
    for (const { batch, resolve } of this.#waiting.splice(0)) {
      if (batch <= this.projectedBatch) resolve();
      else this.#waiting.push({ batch, resolve });
    }
  }
}

interface Asked {
  reply: Reply | null;
}

class World {
  readonly time = new ManualTime();
  readonly store = new MemoryStore();
  readonly journal = new MemoryJournal(this.store);
  readonly effects: Effect[] = [];
  readonly published: unknown[][] = [];
  readonly host: ActorHost;
  #keys = 0;

  constructor() {
    const { time, store, journal } = this;
    const silent = () => undefined;
    const conversation = new ConversationActivator({ store, journal, clock: time, timers: time });
    this.host = new ActorHost({
      journal,
      effects: { send: (effect) => void this.effects.push(effect) },
      clock: time,
      timers: time,
      log: { debug: silent, info: silent, warn: silent, error: silent },
      activators: { conversation, session: conversation } as never,
      publish: (_address, _seq, frame) => void this.published.push(decode(frame)),
      publishEach: () => undefined,
      drop: () => Promise.resolve(true),
    });
  }

  /** A fresh key, made now or so long ago. */
  key(agoMs = 0): string {
    const time = (this.time.now() - agoMs).toString(16).padStart(12, '0');
    const count = (++this.#keys).toString(16).padStart(12, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${count}`;
  }
  ask(command: ConversationCommand): Asked {
    const asked: Asked = { reply: null };
    this.host.dispatch({ kind: 'conversation', id: room }, command, (reply) => {
      assert.equal(asked.reply, null, 'answered twice');
      asked.reply = reply;
    });
    return asked;
  }
  send(body: string, options: { by?: string; key?: string; prev?: string | null } = {}): Asked {
    const { by = ada, key = this.key(), prev = null } = options;
    return this.ask({ type: 'send', by, key, body, prev, ...plain });
  }
  history(direction: 'before' | 'after', seq: number, by = ada): Asked {
    return this.ask({ type: 'history', by, direction, seq, limit: 100 });
  }
  /** The conversation of Ada and Bob, active, created at seq 1. */
  async opened(): Promise<this> {
    this.ask({ type: 'open_direct', by: ada, peer: bob });
    await turn();
    this.journal.commit();
    return this;
  }
  /** Until nothing more is decided. */
  async commit(): Promise<void> {
    for (await turn(); this.journal.queued > 0; await turn()) this.journal.commit();
  }
  /** Everything is projected and the activation gone. */
  sleep(): void {
    this.journal.project();
    this.host.keepOnly(() => false);
  }
  get journaled(): ConversationEvent[] {
    return this.journal.batches.flat().flatMap((e) => (e.type === 'conversation' ? [e.event] : []));
  }
}

const open = () => new World().opened();

function valueOf({ reply }: Asked): unknown {
  assert.ok(reply?.ok, `refused or not answered: ${JSON.stringify(reply)}`);
  return reply.value;
}
function seqOf(asked: Asked): number {
  return (valueOf(asked) as [number])[0];
}
function codeOf({ reply }: Asked): string {
  return reply === null ? 'no answer' : reply.ok ? 'accepted' : reply.error.code;
}
/** Of a page. */
function seqsOf(asked: Asked): number[] {
  return (valueOf(asked) as EventPage).events.map(([seq]) => seq);
}
function upTo(last: number, first = 1): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => at + first);
}
function pushedSeqs(world: World): number[] {
  return world.published.flatMap((frame) => (frame[0] === 128 ? [(frame[4] as number[])[0]!] : []));
}

void test('[MSG-2] an acknowledgement and the event wait until the message is durable', async () => {
  const world = await open();
  const sent = world.send('hello');
  await turn();
  assert.equal(codeOf(sent), 'no answer');
  assert.deepEqual(pushedSeqs(world), [1]);
  await world.commit();
  assert.deepEqual(valueOf(sent), [2, 1, startMs]);
  assert.deepEqual(pushedSeqs(world), [1, 2]);
});

void test('[MSG-2] a read shows nothing that is not durable', async () => {
  const world = await open();
  world.send('on its way');
  const page = world.history('after', 0);
  const subscribed = world.ask({ type: 'subscribe', by: bob, epoch: 1, afterSeq: 0 });
  assert.deepEqual(seqsOf(page), [1]);
  assert.equal((valueOf(subscribed) as { result: unknown[] }).result[3], 1);
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
  assert.equal(world.journaled.filter((event) => event[2] === 2 && event[4] === key).length, 1);
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
  const bodies = world.journaled.flatMap((event) => (event[2] === 2 ? [event[6]] : []));
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
  world.journal.accepts = false;
  assert.deepEqual(world.send('too much').reply, refuse('overloaded', bounds.overloadedRetryAfterMs));
  assert.deepEqual(valueOf(world.send('before', { key })), valueOf(first));
  world.journal.accepts = true;
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
  moved.forEach(valueOf);
  world.time.advance(bounds.cursorFlushEveryMs);
  const headSeq = world.journaled.at(-1)![0];
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
