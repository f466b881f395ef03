// One user's session in memory: the single writer of the inbox that all devices of the user follow.
import { encode } from '../../protocol/codec/codec.ts';
import { inboxEventTypes } from '../../protocol/events/event-types.ts';
import type { InboxEvent } from '../../protocol/events/inbox-event.ts';
import { limits } from '../../protocol/limits.ts';
import { opcodes } from '../../protocol/opcodes.ts';
import type { Activation, ActivationContext, Activator, Outcome } from '../runtime/activation.ts';
import { bounds } from '../runtime/bounds.ts';
import { EventTail } from '../runtime/event-tail.ts';
import type { Journal } from '../runtime/journal-port.ts';
import type { Clock } from '../runtime/ports.ts';
import { accept, refuse, type Reply } from '../runtime/reply.ts';
import type { FollowInbox, NoteConversation, RegisterDevice, SessionCommand } from './commands.ts';
import { decideDevice, decideNote, evolve, type SessionState } from './state.ts';
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
  #state: SessionState;
  readonly idle = true;

  constructor(
    userId: string,
    stored: SessionState,
    context: ActivationContext<SessionCommand>,
    dependencies: SessionDependencies,
  ) {
    this.#userId = userId;
    this.#state = stored;
    this.#context = context;
    this.#dependencies = dependencies;
    this.#tail = new EventTail(stored.headSeq, bounds.tailEventsKept);
  }

  dispose(): void {}

  handle(command: SessionCommand): Answer {
    switch (command.type) {
      case 'note_conversation':
        return this.#note(command);
      case 'register_device':
        return this.#registerDevice(command);
      case 'follow':
        return this.#follow(command);
    }
  }

  #note(command: NoteConversation): Answer {
    const cause = `${command.conversationId}:${command.seq}`;
    if (this.#noted.has(cause)) return { kind: 'settled', reply: accept(null) };
    if (!command.isNew) return { kind: 'lookup', resume: this.#lookUpNoted(command) };
    this.#noted.add(cause);
    return this.#append(decideNote(this.#state, command, this.#dependencies.clock.now()));
  }

  async #lookUpNoted(command: NoteConversation): Promise<SessionCommand | Reply> {
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

  #append(event: InboxEvent): Answer {
    if (!this.#dependencies.journal.accepts) {
      this.#noted.delete(causeOf(event));
      return { kind: 'settled', reply: refuse('overloaded', bounds.overloadedRetryAfterMs) };
    }
    this.#state = evolve(this.#state, event);
    return {
      kind: 'append',
      entries: [{ type: 'session', shard: this.#context.shard, actorId: this.#userId, event }],
      reply: accept(null),
      effects: [],
      committed: (batch) => {
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
    return command.type === 'follow' ? this.#follow(userId, command) : null;
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
  return event[2] === inboxEventTypes.conversationAdded ? `${event[3]}:${event[4]}` : '';
}
