// One conversation in memory: the single writer of its sequence. It settles what the pure decision cannot know
// (is the key new, has the predecessor arrived, what is durable) and leaves the rest to decide and evolve.
import { encode } from '../../protocol/codec/codec.ts';
import type { WireError } from '../../protocol/errors.ts';
import { conversationEventTypes } from '../../protocol/events/event-types.ts';
import type { ConversationEvent, MessageSent } from '../../protocol/events/conversation-event.ts';
import { limits } from '../../protocol/limits.ts';
import { opcodes } from '../../protocol/opcodes.ts';
import { uuidv7Time } from '../../protocol/ids.ts';
import type { Activation, ActivationContext, Outcome, Respond } from '../runtime/activation.ts';
import { bounds } from '../runtime/bounds.ts';
import type { Effect } from '../runtime/effect.ts';
import { EventTail } from '../runtime/event-tail.ts';
import type { Journal } from '../runtime/journal-port.ts';
import type { Cancel, Clock, Timers } from '../runtime/ports.ts';
import { accept, refuse, type Reply } from '../runtime/reply.ts';
import type {
  ConversationCommand,
  MoveCursor,
  OpenDirect,
  OpenedConversation,
  ReadHistory,
  SendMessage,
  SubscribeConversation,
} from './commands.ts';
import { Cursors } from './cursors.ts';
import { decideOpenDirect, decideSend, visibleTo } from './decide.ts';
import { fingerprintOf } from './fingerprint.ts';
import { KeyWindow, type StoredKey } from './key-window.ts';
import { Parking } from './parking.ts';
import { answerSubscribe, fitPage, readPage } from './reads.ts';
import { absent, evolve, type ConversationState, type OpenConversation } from './state.ts';
import type { ConversationStore, EventPage, StoredConversation } from './store-port.ts';

export interface ConversationDependencies {
  readonly store: ConversationStore;
  readonly journal: Pick<Journal, 'accepts'>;
  readonly clock: Clock;
  readonly timers: Timers;
}

type Context = ActivationContext<ConversationCommand>;
type Answer = Outcome<ConversationCommand>;

export class Conversation implements Activation<ConversationCommand> {
  readonly #id: string;
  readonly #context: Context;
  readonly #dependencies: ConversationDependencies;
  readonly #keys: KeyWindow;
  readonly #cursors: Cursors;
  readonly #parking: Parking;
  readonly #tail: EventTail<ConversationEvent>;
  /** As decided; may be ahead of what is durable. */
  #state: ConversationState;
  /** As everyone may see it. */
  #durable: ConversationState;
  #cancelFlush: Cancel | null = null;

  constructor(
    id: string,
    stored: StoredConversation | null,
    context: Context,
    dependencies: ConversationDependencies,
  ) {
    this.#id = id;
    this.#context = context;
    this.#dependencies = dependencies;
    this.#state = this.#durable = stored?.state ?? absent;
    const keys = stored?.keys ?? [];
    this.#keys = new KeyWindow(keys, keys.length < bounds.keysLoadedMax ? 0 : keys[0]!.atMs + 1);
    this.#cursors = new Cursors(stored?.cursors ?? []);
    this.#parking = new Parking(dependencies.timers);
    this.#tail = new EventTail(stored?.state.headSeq ?? 0, bounds.tailEventsKept);
  }

  get idle(): boolean {
    return this.#parking.size === 0 && this.#cancelFlush === null;
  }

  dispose(): void {
    this.#cancelFlush?.();
    this.#flushCursors();
    this.#parking.dispose();
  }

  handle(command: ConversationCommand, respond: Respond): Answer {
    switch (command.type) {
      case 'send':
        return this.#send(command, respond);
      case 'open_direct':
        return this.#openDirect(command);
      case 'cursor':
        return this.#moveCursor(command);
      case 'subscribe':
        return this.#subscribe(command);
      case 'history':
        return this.#history(command);
    }
  }

  #send(command: SendMessage, respond: Respond): Answer {
    const state = visibleTo(this.#state, command.by);
    if ('code' in state) return settled(state);
    const stored = this.#keys.find(command.key);
    if (stored) return { kind: 'settled', reply: replyOf(command, stored) };
    const unsettled = this.#settleKey(command) ?? this.#settlePredecessor(command, respond);
    if (unsettled) return unsettled;
    if (!this.#dependencies.journal.accepts) {
      return { kind: 'settled', reply: refuse('overloaded', bounds.overloadedRetryAfterMs) };
    }
    const event = decideSend(state, command, this.#dependencies.clock.now());
    return 'code' in event ? settled(event) : this.#appendMessage(command, state, event);
  }

  /** Null when the key is certainly new. */
  #settleKey(command: SendMessage): Answer | null {
    if (command.keyIsNew) return null;
    const madeAtMs = uuidv7Time(command.key);
    if (Number.isNaN(madeAtMs)) return { kind: 'settled', reply: refuse('key_invalid') };
    if (madeAtMs > this.#dependencies.clock.now() + limits.keyAheadMsMax) {
      return { kind: 'settled', reply: refuse('key_from_future') };
    }
    if (this.#keys.decides(command.key)) return null;
    return { kind: 'lookup', resume: this.#lookUpKey(command) };
  }

  async #lookUpKey(command: SendMessage): Promise<SendMessage> {
    const stored = await this.#dependencies.store.findKey(this.#id, command.key);
    if (stored) this.#keys.recall(stored);
    return { ...command, keyIsNew: true };
  }

  /** Null when the predecessor, if there is one, is in the sequence. */
  #settlePredecessor(command: SendMessage, respond: Respond): Answer | null {
    const { prev } = command;
    if (prev === null || this.#keys.find(prev)) return null;
    if (!command.prevIsUnknown && !this.#keys.decides(prev)) {
      return { kind: 'lookup', resume: this.#lookUpPredecessor(command, prev) };
    }
    if (this.#parking.park(prev, command, respond)) return { kind: 'later' };
    return { kind: 'settled', reply: refuse('overloaded', bounds.overloadedRetryAfterMs) };
  }

  async #lookUpPredecessor(command: SendMessage, prev: string): Promise<SendMessage> {
    const stored = await this.#dependencies.store.findKey(this.#id, prev);
    if (stored) this.#keys.recall(stored);
    return { ...command, prevIsUnknown: true };
  }

  #appendMessage(command: SendMessage, before: OpenConversation, event: MessageSent): Answer {
    const [seq, atMs, , , key, ordinal] = event;
    const stored: StoredKey = {
      key,
      seq,
      ordinal,
      atMs,
      fingerprint: fingerprintOf(command.by, command.body),
    };
    this.#keys.add(stored);
    return this.#append(before, event, replyOf(command, stored), [], (batch) => {
      this.#keys.committed(key, batch);
      this.#keys.prune(this.#dependencies.clock.now(), this.#context.projectedBatch());
      // Whoever writes has seen what stands above.
      if (this.#cursors.move(command.by, seq, seq, ordinal)) this.#scheduleFlush();
      const followers = this.#parking.release(key);
      for (const follower of followers) this.#context.tellSelf(follower.command, follower.respond);
    });
  }

  #openDirect(command: OpenDirect): Answer {
    const event = decideOpenDirect(this.#state, command, this.#dependencies.clock.now());
    if (event === null)
      return { kind: 'settled', reply: this.#opened(this.#state as OpenConversation, command.by) };
    if (!this.#dependencies.journal.accepts) {
      return { kind: 'settled', reply: refuse('overloaded', bounds.overloadedRetryAfterMs) };
    }
    const effects = event[5].map((userId): Effect => {
      return { type: 'conversation_added', userId, conversationId: this.#id, seq: 1, byUserId: command.by };
    });
    return this.#append(
      absent,
      event,
      this.#opened(evolve(absent, event), command.by),
      effects,
      () => undefined,
    );
  }

  #opened(state: OpenConversation, by: string): Reply<OpenedConversation> {
    const { kind, epoch, headSeq, headOrdinal, lastAtMs, members } = state;
    const conversationId = this.#id;
    const [, , readSeq, readOrdinal] = this.#cursors.of(by);
    return accept({
      conversationId,
      kind,
      epoch,
      headSeq,
      headOrdinal,
      readSeq,
      readOrdinal,
      activeAtMs: lastAtMs,
      memberIds: [...members],
    });
  }

  #append(
    before: ConversationState,
    event: ConversationEvent,
    reply: Reply,
    effects: readonly Effect[],
    committed: (batch: number) => void,
  ): Answer {
    // A decision made on anything but the present state would double a sequence number.
    if (before !== this.#state) throw new Error(`event ${event[0]} was decided on an old state`);
    const state = evolve(before, event);
    this.#state = state;
    const { shard } = this.#context;
    return {
      kind: 'append',
      entries: [{ type: 'conversation', shard, actorId: this.#id, epoch: state.epoch, event }],
      reply,
      effects,
      committed: (batch) => {
        this.#durable = evolve(this.#durable, event);
        this.#tail.push(event, batch, this.#context.projectedBatch());
        committed(batch);
      },
      frame: { seq: event[0], encode: () => encode([opcodes.event, 0, this.#id, state.epoch, event]) },
    };
  }

  #moveCursor({ by, deliveredSeq, readSeq }: MoveCursor): Answer {
    const state = visibleTo(this.#durable, by);
    if ('code' in state) return { kind: 'read', reply: { ok: false, error: state } };
    const read = Math.min(readSeq, state.headSeq);
    const delivered = Math.min(deliveredSeq, state.headSeq);
    const ordinal = this.#ordinalAt(read, state);
    // A read cursor whose ordinal is not in memory is asked of the record.
    if (ordinal === null) return { kind: 'lookup', resume: this.#moveOldCursor(by, delivered, read) };
    if (this.#cursors.move(by, delivered, read, ordinal)) this.#scheduleFlush();
    return { kind: 'read', reply: accept(null) };
  }

  async #moveOldCursor(by: string, deliveredSeq: number, readSeq: number): Promise<Reply> {
    const { events } = await this.#dependencies.store.page(this.#id, 'before', readSeq + 1, 1);
    const ordinal = events[0] ? ordinalOf(events[0]) : 0;
    if (this.#cursors.move(by, deliveredSeq, readSeq, ordinal)) this.#scheduleFlush();
    return accept(null);
  }

  /** How many messages stand at or before seq; null when memory does not tell. */
  #ordinalAt(seq: number, state: OpenConversation): number | null {
    if (seq === state.headSeq) return state.headOrdinal;
    if (seq === 0) return 0;
    const event = this.#tail.between(seq, seq)[0];
    return seq >= this.#tail.firstSeq && event ? ordinalOf(event) : null;
  }

  #scheduleFlush(): void {
    const { timers } = this.#dependencies;
    this.#cancelFlush ??= timers.setTimeout(() => this.#flushCursors(), bounds.cursorFlushEveryMs);
  }

  #flushCursors(): void {
    this.#cancelFlush = null;
    const cursors = this.#cursors.takeMoved();
    if (cursors.length === 0) return;
    this.#context.publish(0, encode([opcodes.cursorsMoved, 0, this.#id, cursors]));
    this.#context.appendValues([{ type: 'cursors', shard: this.#context.shard, actorId: this.#id, cursors }]);
  }

  #subscribe(command: SubscribeConversation): Answer {
    const state = visibleTo(this.#durable, command.by);
    if ('code' in state) return { kind: 'read', reply: { ok: false, error: state } };
    const { epoch, headSeq, headOrdinal } = state;
    const head = { epoch, headSeq, headOrdinal, cursors: this.#cursors.all() };
    return { kind: 'read', reply: accept(answerSubscribe(this.#id, command, head, this.#tail)) };
  }

  #history(command: ReadHistory): Answer {
    const state = visibleTo(this.#durable, command.by);
    if ('code' in state) return { kind: 'read', reply: { ok: false, error: state } };
    const page = readPage(this.#id, command, this.#tail, this.#dependencies.store);
    const answer = (read: EventPage) => accept({ epoch: state.epoch, ...fitPage(read, command.direction) });
    return page instanceof Promise
      ? { kind: 'lookup', resume: page.then(answer) }
      : { kind: 'read', reply: answer(page) };
  }
}

function settled(error: WireError): Answer {
  return { kind: 'settled', reply: { ok: false, error } };
}

function replyOf(command: SendMessage, stored: StoredKey): Reply {
  if (stored.fingerprint !== fingerprintOf(command.by, command.body)) return refuse('key_reused');
  return accept([stored.seq, stored.ordinal, stored.atMs]);
}

function ordinalOf(event: ConversationEvent): number {
  return event[2] === conversationEventTypes.message ? event[5] : 0;
}
