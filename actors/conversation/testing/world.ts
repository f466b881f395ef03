// A simulated world around one conversation: time, journal and record in memory, so that a test decides when something
// becomes durable and when it is projected.
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { decode } from '../../../protocol/codec/codec.ts';
import type { ConversationEvent } from '../../../protocol/events/conversation-event.ts';
import { ActorHost } from '../../runtime/actor-host.ts';
import type { Effect } from '../../runtime/effect.ts';
import type { Journal, JournalEntry, JournalRefusal } from '../../runtime/journal-port.ts';
import { ManualTime } from '../../runtime/testing/manual-time.ts';
import { silentLog } from '../../runtime/testing/silent-log.ts';
import type { Reply } from '../../runtime/reply.ts';
import type { MemberCursor } from '../../../protocol/frames/subscribe.ts';
import { ConversationActivator } from '../activator.ts';
import type { ConversationCommand, Sent } from '../commands.ts';
import type { CountedDeletions } from '../deletions.ts';
import { fingerprintOf } from '../fingerprint.ts';
import type { StoredKey } from '../key-window.ts';
import { annotate } from '../annotate.ts';
import { factsFrom, type MessageFacts } from '../message-book.ts';
import { absent, evolve, type ConversationState, type KnownConversation } from '../state.ts';
import type { ConversationStore, EventPage, PageQuery, StoredConversation } from '../store-port.ts';

export const ada = '00000000-0000-4000-8000-00000000000a';
export const bob = '00000000-0000-4000-8000-00000000000b';
export const eve = '00000000-0000-4000-8000-00000000000e';
export const room = '00000000-0000-8000-8000-000000000001';
/** A message without anything but its text. */
export const plain = { replyTo: null, mentions: [], attachments: [] } as const;

/** The record. Holds what was projected, and nothing else. */
export class MemoryStore implements ConversationStore {
  readonly events: ConversationEvent[] = [];
  readonly cursors = new Map<string, MemberCursor>();
  reads = 0;
  /** While set, loads wait for it. */
  gate: Promise<void> = Promise.resolve();
  away = false;

  apply(entry: JournalEntry): void {
    if (entry.type === 'conversation') this.events.push(entry.event);
    if (entry.type === 'cursors') for (const cursor of entry.cursors) this.cursors.set(cursor.userId, cursor);
  }
  async load(_id: string, keysMax: number): Promise<StoredConversation> {
    await this.#read();
    const state = this.#state();
    const cursors = state ? this.#cursorsOf(state) : [];
    return {
      state: state ?? absent,
      cuts: [],
      cursors,
      blocks: [],
      keys: this.#keys().slice(-keysMax),
      deletions: { ordinals: this.#deletedOrdinals(), completeAbove: 0 },
    };
  }
  async deletionsAbove(_id: string, ordinal: number): Promise<CountedDeletions> {
    await this.#read();
    const count = this.#deletedOrdinals().filter((each) => each > ordinal).length;
    return { count, asOfSeq: this.events.length };
  }
  async findKey(_id: string, key: string): Promise<StoredKey | null> {
    await this.#read();
    return this.#keys().find((stored) => stored.key === key) ?? null;
  }
  async page(_id: string, { direction, seq, limit, viewer }: PageQuery): Promise<EventPage> {
    await this.#read();
    const shown = annotate(this.events, this.events, viewer);
    const found = shown.filter(({ seq: at }) => (direction === 'before' ? at < seq : at > seq));
    const events = direction === 'before' ? found.slice(-limit) : found.slice(0, limit);
    return { events, more: found.length > limit, asOfSeq: this.events.length };
  }
  async message(_id: string, seq: number): Promise<MessageFacts | null> {
    await this.#read();
    return factsFrom(this.events, seq);
  }
  async wasRemoved(_id: string, userId: string): Promise<boolean> {
    const last = this.events.findLast(
      (event) =>
        (event.type === 'memberRemoved' && event.userId === userId) ||
        (event.type === 'membersAdded' && event.userIds.includes(userId)),
    );
    return last?.type === 'memberRemoved' && last.by !== userId;
  }

  async ordinalAt(_id: string, seq: number): Promise<number> {
    await this.#read();
    return this.events.filter((event) => event.seq <= seq && event.type === 'message').length;
  }
  async head(_id: string, userId: string | null) {
    await this.#read();
    const state = this.#state();
    if (!state || (userId !== null && !state.members.has(userId))) return null;
    const { epoch, headSeq, headOrdinal } = state;
    return { deleted: false, epoch, cuts: [], headSeq, headOrdinal, cursors: this.#cursorsOf(state) };
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
    const none = { deliveredSeq: 0, readSeq: 0, readOrdinal: 0 };
    return [...state.members.keys()].map((userId) => this.cursors.get(userId) ?? { userId, ...none });
  }
  #deletedOrdinals(): number[] {
    return annotate(this.events, this.events, null).flatMap((event) =>
      event.type === 'tombstone' ? [event.ordinal] : [],
    );
  }
  #keys(): StoredKey[] {
    return this.events.flatMap((event) => {
      if (event.type !== 'message') return [];
      const { seq, atMs, by: senderId, key, ordinal, body, replyTo } = event;
      const fingerprint = fingerprintOf({ senderId, body, replyTo, attachmentIds: [] });
      return [{ key, seq, ordinal, atMs, fingerprint }];
    });
  }
}

/** Group commit when the test says so; projection when the test says so. */
export class MemoryJournal implements Journal {
  refuses: JournalRefusal | null = null;
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

export interface Asked {
  reply: Reply | null;
}

export class World {
  readonly time = new ManualTime();
  readonly store = new MemoryStore();
  readonly journal = new MemoryJournal(this.store);
  readonly effects: Effect[] = [];
  readonly published: unknown[][] = [];
  /** Frames for the sockets of one user alone. */
  readonly publishedEach: { readonly userId: string; readonly frame: unknown }[] = [];
  /** Of nothing but conversations. */
  readonly host: ActorHost<{ conversation: ConversationCommand; session: ConversationCommand }>;
  #keys = 0;

  constructor() {
    const { time, store, journal } = this;
    const conversation = new ConversationActivator({ store, journal, clock: time, timers: time });
    this.host = new ActorHost({
      journal,
      effects: { send: (effect) => void this.effects.push(effect) },
      clock: time,
      timers: time,
      log: silentLog,
      activators: { conversation, session: conversation },
      publish: (_address, _seq, frame) => void this.published.push(decode(frame)),
      publishEach: (_address, frames) => {
        for (const { userId, frame } of frames) this.publishedEach.push({ userId, frame: decode(frame) });
      },
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
    const address = { kind: 'conversation', id: room } as const;
    this.host.dispatch({ address, command }, (reply) => {
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

export const open = () => new World().opened();

export function valueOf({ reply }: Asked): unknown {
  assert.ok(reply?.ok, `refused or not answered: ${JSON.stringify(reply)}`);
  return reply.value;
}
export function seqOf(asked: Asked): number {
  return (valueOf(asked) as Sent).seq;
}
export function codeOf({ reply }: Asked): string {
  return reply === null ? 'no answer' : reply.ok ? 'accepted' : reply.error.code;
}
/** Of a page. */
export function seqsOf(asked: Asked): number[] {
  return (valueOf(asked) as EventPage).events.map(({ seq }) => seq);
}
export function upTo(last: number, first = 1): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => at + first);
}
export function pushedSeqs(world: World): number[] {
  return world.published.flatMap((frame) => (frame[0] === 128 ? [(frame[4] as number[])[0]!] : []));
}
