// How far members have received and read: takes what they say, and tells the others now and then, all together. Who
// says so is answered when it is durable: nobody would say it again.
// In a large group, and over a block, everyone learns of their own only, or each message would cost a receipt from everyone to everyone.
import { encodeServerFrame } from '../../protocol/codec/frames.ts';
import type { ConversationEvent } from '../../protocol/events/conversation-event.ts';
import { impliedReads } from '../../protocol/events/implied-reads.ts';
import type { MemberCursor } from '../../protocol/frames/subscribe.ts';
import { limits } from '../../protocol/limits.ts';
import { opcodes } from '../../protocol/opcodes.ts';
import type { ActivationContext, Respond } from '../runtime/activation.ts';
import { bounds } from '../runtime/bounds.ts';
import type { Cancel, Timers } from '../runtime/ports.ts';
import { accept, refusalOf, refusedBy } from '../runtime/reply.ts';
import type { ConversationCommand, MoveCursor } from './commands.ts';
import type { Blocks } from './blocks.ts';
import { Cursors } from './cursors.ts';
import { visibleTo } from './permissions.ts';
import type { Answer, Sequence } from './sequence.ts';
import type { KnownConversation } from './state.ts';
import type { ConversationStore } from './store-port.ts';

export interface ReceiptsDependencies {
  readonly id: string;
  readonly store: ConversationStore;
  readonly timers: Timers;
  readonly context: ActivationContext<ConversationCommand>;
  readonly sequence: Sequence;
  readonly blocks: Blocks;
}

export class Receipts {
  readonly #dependencies: ReceiptsDependencies;
  readonly #cursors: Cursors;
  /** Answers that wait until the cursors are durable. */
  #waiting: Respond<null>[] = [];
  /** Members whose moved cursor passes a place where they were named. */
  readonly #readMentions = new Set<string>();
  #cancelFlush: Cancel | null = null;

  constructor(dependencies: ReceiptsDependencies, stored: readonly MemberCursor[]) {
    this.#dependencies = dependencies;
    this.#cursors = new Cursors(stored);
  }

  get idle(): boolean {
    return this.#cancelFlush === null;
  }

  dispose(): void {
    this.#cancelFlush?.();
    this.#flush();
  }

  of(userId: string): MemberCursor {
    return this.#cursors.of(userId);
  }

  /** The ordinal up to which every member has read. */
  readByAll({ members }: KnownConversation): number {
    return Math.min(...Array.from(members.keys(), (userId) => this.#cursors.of(userId).readOrdinal));
  }

  /** Cursors that a subscriber learns at once. */
  visibleTo(userId: string | null, state: KnownConversation): MemberCursor[] {
    if (!this.#isEachAlone(state)) return this.#cursors.all();
    return userId === null ? [] : [this.#cursors.of(userId)];
  }

  /** All that a member may ask for, in groups of any size; over a block nothing but their own (ACC-5). */
  listedFor(userId: string): MemberCursor[] {
    return this.#dependencies.blocks.any ? [this.#cursors.of(userId)] : this.#cursors.all();
  }

  /** Whether everyone learns of their own cursor only. */
  #isEachAlone({ members }: KnownConversation): boolean {
    return members.size > limits.receiptsMembersMax || this.#dependencies.blocks.any;
  }

  /** Takes from a durable event what it says of cursors; whoever goes leaves none behind. */
  happened(event: ConversationEvent): void {
    const { userIds, seq, ordinal } = impliedReads(event);
    for (const userId of userIds) {
      const { readSeq } = this.#cursors.of(userId);
      this.#cursors.imply(userId, seq, ordinal);
      if (this.#namedBetween(userId, readSeq, seq)) this.#tellRead(userId, seq);
    }
    if (event.type === 'memberRemoved') this.#cursors.remove(event.userId);
  }

  move({ by, deliveredSeq, readSeq }: MoveCursor, respond: Respond<null>): Answer {
    const visible = visibleTo(this.#dependencies.sequence.durable, by);
    if (!visible.ok) return { kind: 'read', reply: visible };
    const state = visible.value;
    const read = Math.min(readSeq, state.headSeq);
    const delivered = Math.min(deliveredSeq, state.headSeq);
    const ordinal = this.#ordinalAt(read, state);
    // A read cursor whose ordinal is not in memory is asked of the record.
    if (ordinal === null) {
      void this.#moveOld(by, delivered, read).then(
        () => this.#settle(respond),
        (error: unknown) => respond(refusalOf(error)),
      );
      return { kind: 'later' };
    }
    this.#raise(by, delivered, read, ordinal);
    return this.#answerWhenDurable(respond);
  }

  async #moveOld(by: string, deliveredSeq: number, readSeq: number): Promise<void> {
    const { store, id, sequence } = this.#dependencies;
    const ordinal = await store.ordinalAt(id, readSeq);
    if (visibleTo(sequence.durable, by).ok) this.#raise(by, deliveredSeq, readSeq, ordinal);
  }

  /** Cursors that the journal refused may be waiting: they leave with this one, though it may say nothing new. */
  #raise(by: string, deliveredSeq: number, readSeq: number, readOrdinal: number): void {
    const before = this.#cursors.of(by).readSeq;
    this.#cursors.move(by, deliveredSeq, readSeq, readOrdinal);
    if (this.#namedBetween(by, before, readSeq)) this.#readMentions.add(by);
    if (this.#cursors.anyMoved) this.#scheduleFlush();
  }

  /** Whether the member may have been named in what they have read now; they are told of what memory does not hold. */
  #namedBetween(userId: string, before: number, readSeq: number): boolean {
    const { durable, tail } = this.#dependencies.sequence;
    if (readSeq <= before || durable.status === 'absent' || durable.kind !== 'group') return false;
    if (before + 1 < tail.firstSeq) return true;
    return tail
      .between(before + 1, tail.headSeq)
      .some(
        (event) =>
          (event.type === 'message' || event.type === 'messageEdited') && event.mentions.includes(userId),
      );
  }

  /** The member's notifications of what they have read, as it stands now, are read as well (MEN-2). */
  #tellRead(userId: string, messageSeq: number): void {
    const { context, id: conversationId, sequence } = this.#dependencies;
    const effect = { userId, conversationId, seq: sequence.tail.headSeq, messageSeq, byUserId: userId };
    context.sendEffect({ type: 'mentions_read', ...effect });
  }

  #answerWhenDurable(respond: Respond<null>): Answer {
    // Without a flush ahead everything is durable, or on its way there.
    if (this.#cancelFlush === null) return { kind: 'settled', reply: accept(null) };
    this.#waiting.push(respond);
    return { kind: 'later' };
  }

  #settle(respond: Respond<null>): void {
    if (this.#cancelFlush === null) respond(accept(null));
    else this.#waiting.push(respond);
  }

  /** How many messages stand at or before seq; null when memory does not tell. */
  #ordinalAt(seq: number, state: KnownConversation): number | null {
    if (seq === state.headSeq) return state.headOrdinal;
    if (seq === 0) return 0;
    const { tail } = this.#dependencies.sequence;
    for (const event of tail.between(tail.firstSeq, seq).toReversed()) {
      if (event.type === 'message' || event.type === 'tombstone') return event.ordinal;
      if (event.type === 'membersAdded') return event.headOrdinal;
      if (event.type === 'created') return 0;
    }
    return null;
  }

  #scheduleFlush(): void {
    this.#cancelFlush ??= this.#dependencies.timers.setTimeout(
      () => this.#flush(),
      bounds.cursorFlushEveryMs,
    );
  }

  #flush(): void {
    this.#cancelFlush = null;
    const waiting = this.#waiting.splice(0);
    const cursors = this.#cursors.takeMoved();
    // Members removed meanwhile have left no cursor.
    if (cursors.length === 0) return waiting.forEach((respond) => respond(accept(null)));
    const { context, id, sequence } = this.#dependencies;
    const frame = (moved: MemberCursor[]) =>
      encodeServerFrame({ opcode: opcodes.cursorsMoved, requestId: 0, conversationId: id, cursors: moved });
    const { durable } = sequence;
    if (durable.status === 'open' && this.#isEachAlone(durable)) {
      context.publishEach(cursors.map((cursor) => ({ userId: cursor.userId, frame: frame([cursor]) })));
    } else {
      context.publish(0, frame(cursors));
    }
    const entries = [{ type: 'cursors', shard: context.shard, actorId: id, cursors } as const];
    const readers = cursors.filter(({ userId }) => this.#readMentions.has(userId));
    const refusal = context.appendValues(entries, () => {
      for (const respond of waiting) respond(accept(null));
      for (const { userId, readSeq } of readers) this.#tellRead(userId, readSeq);
    });
    if (refusal === null) {
      for (const { userId } of readers) this.#readMentions.delete(userId);
      return;
    }
    // They go with the next ones; whoever said so says it again.
    this.#cursors.giveBack(cursors);
    for (const respond of waiting) respond(refusedBy(refusal));
  }
}
