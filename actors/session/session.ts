// One user's session in memory: the single writer of the inbox that all devices of the user follow.
import { encode } from '../../protocol/codec/codec.ts';
import { inboxEventTypes as types } from '../../protocol/events/event-types.ts';
import type { InboxEvent } from '../../protocol/events/inbox-event.ts';
import { limits } from '../../protocol/limits.ts';
import { opcodes } from '../../protocol/opcodes.ts';
import type { Activation, ActivationContext, Activator, Outcome } from '../runtime/activation.ts';
import { bounds } from '../runtime/bounds.ts';
import type { Effect } from '../runtime/effect.ts';
import { EventTail } from '../runtime/event-tail.ts';
import type { Journal } from '../runtime/journal-port.ts';
import type { Clock } from '../runtime/ports.ts';
import { accept, refuse, type Reply } from '../runtime/reply.ts';
import type {
  Block,
  FollowInbox,
  ListNotifications,
  NoteEffect,
  RegisterDevice,
  SessionCommand,
} from './commands.ts';
import { readNotifications } from './notifications.ts';
import {
  blockEffect,
  decideBlock,
  decideDevice,
  decideMark,
  decideMute,
  decideNote,
  evolve,
  type SessionState,
} from './state.ts';
import type { SessionStore } from './store-port.ts';

export interface SessionDependencies {
  readonly store: SessionStore;
  readonly journal: Pick<Journal, 'accepts'>;
  readonly clock: Clock;
}

/** Answer to follow. */
export interface InboxRead {
  readonly events: InboxEvent[];
  readonly headSeq: number;
  readonly more: boolean;
}

type Answer = Outcome<SessionCommand>;
const pageMax = limits.historyPageMax;

export class Session implements Activation<SessionCommand> {
  readonly #userId: string;
  readonly #context: ActivationContext<SessionCommand>;
  readonly #dependencies: SessionDependencies;
  readonly #tail: EventTail<InboxEvent>;
  /** Conversation events that this activation has noted: they may not be in the record yet. */
  readonly #noted = new Set<string>();
  /** As decided; may be ahead of what is durable. */
  #state: SessionState;
  /** As the user's devices may see it. */
  #durable: SessionState;
  readonly idle = true;

  constructor(
    userId: string,
    stored: SessionState,
    context: ActivationContext<SessionCommand>,
    dependencies: SessionDependencies,
  ) {
    this.#userId = userId;
    this.#state = this.#durable = stored;
    this.#context = context;
    this.#dependencies = dependencies;
    this.#tail = new EventTail(stored.headSeq, bounds.tailEventsKept);
  }

  describe(): Record<string, unknown> {
    const { headSeq } = this.#state;
    return {
      headSeq,
      durableSeq: this.#durable.headSeq,
      tailFromSeq: this.#tail.firstSeq,
      noted: this.#noted.size,
    };
  }

  dispose(): void {}

  handle(command: SessionCommand): Answer {
    const nowMs = this.#dependencies.clock.now();
    switch (command.type) {
      case 'note':
        return this.#note(command);
      case 'register_device':
        return this.#registerDevice(command);
      case 'follow':
        return this.#follow(command);
      case 'mute':
        return this.#change(decideMute(this.#state, command, nowMs));
      case 'mark_notifications':
        return this.#change(decideMark(this.#state, command, nowMs));
      case 'block':
        return this.#block(command);
      case 'ask_block':
        return { kind: 'settled', reply: accept(this.#state.blocked.has(command.userId)) };
      case 'blocks':
        return { kind: 'read', reply: accept([...this.#durable.blocked]) };
      case 'notifications':
        return this.#notifications(command);
    }
  }

  #note(command: NoteEffect): Answer {
    const cause = `${command.conversationId}:${command.seq}`;
    if (this.#noted.has(cause)) return { kind: 'settled', reply: accept(null) };
    if (!command.isNew) return { kind: 'lookup', resume: this.#lookUpNoted(command) };
    const event = decideNote(this.#state, command, this.#dependencies.clock.now());
    if (event === null) return { kind: 'settled', reply: accept(null) };
    this.#noted.add(cause);
    // The oldest are in the record by now.
    if (this.#noted.size > bounds.notedKept) this.#noted.delete(this.#noted.values().next().value!);
    // Whoever is blocked may have opened the conversation while the block was on its way.
    const isLate = command.effect === 'conversation_added' && this.#state.blocked.has(command.byUserId);
    return this.#append(event, isLate ? [blockEffect(this.#userId, event[0], command.byUserId, true)] : []);
  }

  #block(command: Block): Answer {
    const event = decideBlock(this.#state, command, this.#dependencies.clock.now());
    if (event === null) return { kind: 'settled', reply: accept(null) };
    return this.#append(event, [blockEffect(this.#userId, event[0], command.userId, command.blocked)]);
  }

  /** Null: it is so already. */
  #change(event: InboxEvent | null): Answer {
    return event === null ? { kind: 'settled', reply: accept(null) } : this.#append(event);
  }

  #notifications(command: ListNotifications): Answer {
    const { store } = this.#dependencies;
    const unread = () => this.#durable.unread.size;
    const page = readNotifications(this.#userId, command, store, this.#tail, unread);
    return { kind: 'lookup', resume: page.then(accept) };
  }

  async #lookUpNoted(command: NoteEffect): Promise<SessionCommand | Reply> {
    const { conversationId, seq } = command;
    const noted = await this.#dependencies.store.hasNoted(this.#userId, conversationId, seq);
    return noted ? accept(null) : { ...command, isNew: true };
  }

  #registerDevice(command: RegisterDevice): Answer {
    const event = decideDevice(this.#state, command, this.#dependencies.clock.now());
    if (event === null) return { kind: 'settled', reply: accept(null) };
    if ('code' in event) return { kind: 'settled', reply: { ok: false, error: event } };
    return this.#append(event);
  }

  #append(event: InboxEvent, effects: readonly Effect[] = []): Answer {
    if (!this.#dependencies.journal.accepts) {
      this.#noted.delete(causeOf(event));
      return { kind: 'settled', reply: refuse('overloaded', bounds.overloadedRetryAfterMs) };
    }
    this.#state = evolve(this.#state, event);
    return {
      kind: 'append',
      entries: [{ type: 'session', shard: this.#context.shard, actorId: this.#userId, event }],
      reply: accept(null),
      effects,
      committed: (batch) => {
        this.#durable = evolve(this.#durable, event);
        this.#tail.push(event, batch, this.#context.projectedBatch());
      },
      frame: { seq: event[0], encode: () => encode([opcodes.inboxEvent, 0, event]) },
    };
  }

  #follow({ afterSeq }: FollowInbox): Answer {
    const { firstSeq, headSeq } = this.#tail;
    if (afterSeq === null) return { kind: 'read', reply: accept(inboxRead([], headSeq)) };
    const inMemory = this.#tail.between(Math.max(afterSeq + 1, firstSeq), headSeq);
    if (afterSeq + 1 >= firstSeq) return { kind: 'read', reply: accept(inboxRead(inMemory, headSeq)) };
    const page = this.#dependencies.store.page(this.#userId, afterSeq, pageMax + 1);
    return {
      kind: 'lookup',
      resume: page.then((stored) => {
        const events = [...stored.filter((event) => event[0] < firstSeq), ...inMemory];
        return accept(inboxRead(events, headSeq));
      }),
    };
  }
}

export class SessionActivator implements Activator<SessionCommand> {
  readonly #dependencies: SessionDependencies;

  constructor(dependencies: SessionDependencies) {
    this.#dependencies = dependencies;
  }

  async activate(
    userId: string,
    context: ActivationContext<SessionCommand>,
  ): Promise<Activation<SessionCommand>> {
    return new Session(userId, await this.#dependencies.store.load(userId), context, this.#dependencies);
  }

  answerCold(userId: string, command: SessionCommand): Promise<Reply> | null {
    if (command.type === 'follow') return this.#follow(userId, command);
    if (command.type !== 'notifications') return null;
    const { beforeSeq, limit } = command;
    return this.#dependencies.store.notifications(userId, beforeSeq, limit).then(accept);
  }

  async #follow(userId: string, { afterSeq }: FollowInbox): Promise<Reply> {
    const { store } = this.#dependencies;
    const headSeq = await store.head(userId);
    const events = afterSeq === null ? [] : await store.page(userId, afterSeq, pageMax + 1);
    return accept(inboxRead(events, headSeq));
  }
}

function inboxRead(events: InboxEvent[], headSeq: number): InboxRead {
  return { events: events.slice(0, pageMax), headSeq, more: events.length > pageMax };
}

function causeOf(event: InboxEvent): string {
  const isCaused =
    event[2] === types.conversationAdded ||
    event[2] === types.conversationRemoved ||
    event[2] === types.mentioned;
  return isCaused ? `${event[3]}:${event[4]}` : '';
}
