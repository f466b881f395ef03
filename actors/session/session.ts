// One user's session in memory: the single writer of the inbox that all devices of the user follow.
import { encodeServerFrame } from '../../protocol/codec/frames.ts';
import type { InboxEvent } from '../../protocol/events/inbox-event.ts';
import { limits } from '../../protocol/limits.ts';
import { opcodes } from '../../protocol/opcodes.ts';
import type { Activation, ActivationContext, Activator, Outcome, Respond } from '../runtime/activation.ts';
import { bounds } from '../runtime/bounds.ts';
import type { Decision } from '../runtime/decision.ts';
import type { Effect } from '../runtime/effect.ts';
import { EventTail } from '../runtime/event-tail.ts';
import type { Journal } from '../runtime/journal-port.ts';
import type { Clock } from '../runtime/ports.ts';
import type { ColdHandlers, CommandIn, Handlers } from '../runtime/commands.ts';
import { accept, refusedBy, type Reply } from '../runtime/reply.ts';
import type {
  Block,
  FollowInbox,
  InboxRead,
  ListNotifications,
  NoteEffect,
  SessionCommand,
  SessionCommands,
} from './commands.ts';
import {
  decideEndRequest,
  decideGroupsFrom,
  decideNoteRequest,
  mayAdd,
  pendingRequests,
} from './group-requests.ts';
import { LateMentions } from './late-mentions.ts';
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
import type { NotificationPage, SessionStore } from './store-port.ts';

export interface SessionDependencies {
  readonly store: SessionStore;
  readonly journal: Pick<Journal, 'refuses'>;
  readonly clock: Clock;
}

type Answer<Value = null> = Outcome<SessionCommand, Value>;
const pageMax = limits.historyPageMax;

export class Session implements Activation<SessionCommand> {
  readonly #userId: string;
  readonly #context: ActivationContext<SessionCommand>;
  readonly #dependencies: SessionDependencies;
  readonly #tail: EventTail<InboxEvent>;
  /** Conversation events that this activation has noted: they may not be in the record yet. */
  readonly #noted = new Set<string>();
  readonly #lateMentions = new LateMentions();
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

  static readonly #handlers: Handlers<Session, SessionCommands> = {
    note: (self, command) => self.#note(command),
    register_device: (self, command) => self.#change(decideDevice(self.#state, command, self.#nowMs)),
    follow: (self, command) => self.#follow(command),
    mute: (self, command) => self.#change(decideMute(self.#state, command, self.#nowMs)),
    mark_notifications: (self, command) => self.#change(decideMark(self.#state, command, self.#nowMs)),
    block: (self, command) => self.#block(command),
    ask_block: (self, { userId }) => ({ kind: 'settled', reply: accept(self.#state.blocked.has(userId)) }),
    ask_add: (self, { byUserId }) => ({ kind: 'read', reply: accept(mayAdd(self.#durable, byUserId)) }),
    note_group_request: (self, command) => self.#change(decideNoteRequest(self.#state, command, self.#nowMs)),
    end_group_request: (self, command) => self.#change(decideEndRequest(self.#state, command, self.#nowMs)),
    group_requests: (self) => {
      const { groupsFrom } = self.#durable;
      return { kind: 'read', reply: accept({ groupsFrom, requests: pendingRequests(self.#durable) }) };
    },
    set_groups_from: (self, command) => self.#change(decideGroupsFrom(self.#state, command, self.#nowMs)),
    blocks: (self) => ({ kind: 'read', reply: accept([...self.#durable.blocked]) }),
    notifications: (self, command) => self.#notifications(command),
  };

  handle<Type extends keyof SessionCommands>(
    command: CommandIn<SessionCommands, Type>,
    respond: Respond,
  ): Outcome<SessionCommand> {
    return Session.#handlers[command.type](this, command, respond);
  }

  get #nowMs(): number {
    return this.#dependencies.clock.now();
  }

  #note(command: NoteEffect): Answer {
    this.#lateMentions.noted(command);
    if (this.#lateMentions.isLate(command)) return { kind: 'settled', reply: accept(null) };
    // Nothing that happens twice: what is read stays so.
    if (command.effect === 'mentions_read')
      return this.#change(decideNote(this.#state, command, this.#nowMs));
    const cause = `${command.conversationId}:${command.seq}`;
    if (this.#noted.has(cause)) return { kind: 'settled', reply: accept(null) };
    if (!command.isNew) return { kind: 'lookup', resume: this.#lookUpNoted(command) };
    const decision = decideNote(this.#state, command, this.#nowMs);
    if (decision.kind !== 'happens') return this.#change(decision);
    const { event } = decision;
    this.#noted.add(cause);
    // The oldest are in the record by now.
    if (this.#noted.size > bounds.notedKept) this.#noted.delete(this.#noted.values().next().value!);
    // A blocked person may have opened the conversation while the block was on its way.
    const isLate = command.effect === 'conversation_added' && this.#state.blocked.has(command.byUserId);
    return this.#append(event, isLate ? [blockEffect(this.#userId, event.seq, command.byUserId, true)] : []);
  }

  #block(command: Block): Answer {
    const decision = decideBlock(this.#state, command, this.#nowMs);
    if (decision.kind !== 'happens') return this.#change(decision);
    const { event } = decision;
    return this.#append(event, [blockEffect(this.#userId, event.seq, command.userId, command.blocked)]);
  }

  #change(decision: Decision<InboxEvent>): Answer {
    switch (decision.kind) {
      case 'unchanged':
        return { kind: 'settled', reply: accept(null) };
      case 'refused':
        return { kind: 'settled', reply: { ok: false, error: decision.error } };
      case 'happens':
        return this.#append(decision.event);
    }
  }

  #notifications(command: ListNotifications): Answer<NotificationPage> {
    const { store } = this.#dependencies;
    const unread = () => this.#durable.unread.size;
    const page = readNotifications(this.#userId, command, store, this.#tail, unread);
    return { kind: 'lookup', resume: page.then(accept) };
  }

  async #lookUpNoted(command: NoteEffect): Promise<SessionCommand | Reply<null>> {
    const { conversationId, seq, messageSeq, effect } = command;
    const cause = { conversationId, seq, messageSeq, isMention: effect === 'mentioned' };
    const noted = await this.#dependencies.store.hasNoted(this.#userId, cause);
    return noted ? accept(null) : { ...command, isNew: true };
  }

  #append(event: InboxEvent, effects: readonly Effect[] = []): Answer {
    const refusal = this.#dependencies.journal.refuses;
    if (refusal) {
      this.#noted.delete(causeOf(event));
      return { kind: 'settled', reply: refusedBy(refusal) };
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
      frame: {
        seq: event.seq,
        encode: () => encodeServerFrame({ opcode: opcodes.inboxEvent, requestId: 0, event }),
      },
    };
  }

  #follow({ afterSeq }: FollowInbox): Answer<InboxRead> {
    const { firstSeq, headSeq } = this.#tail;
    const { epoch } = this.#durable;
    if (afterSeq === null) return { kind: 'read', reply: accept(inboxRead([], headSeq, epoch)) };
    const inMemory = this.#tail.between(Math.max(afterSeq + 1, firstSeq), headSeq);
    if (afterSeq + 1 >= firstSeq) return { kind: 'read', reply: accept(inboxRead(inMemory, headSeq, epoch)) };
    const page = this.#dependencies.store.page(this.#userId, afterSeq, pageMax + 1);
    return {
      kind: 'lookup',
      resume: page.then((stored) => {
        const events = [...stored.filter((event) => event.seq < firstSeq), ...inMemory];
        return accept(inboxRead(events, headSeq, epoch));
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

  static readonly #cold: ColdHandlers<SessionActivator, SessionCommands> = {
    follow: (self, userId, command) => self.#follow(userId, command),
    notifications: (self, userId, { beforeSeq, limit }) =>
      self.#dependencies.store.notifications(userId, beforeSeq, limit).then(accept),
  };

  answerCold<Type extends keyof SessionCommands>(
    userId: string,
    command: CommandIn<SessionCommands, Type>,
  ): Promise<Reply> | null {
    return SessionActivator.#cold[command.type]?.(this, userId, command) ?? null;
  }

  async #follow(userId: string, { afterSeq }: FollowInbox): Promise<Reply<InboxRead>> {
    const { store } = this.#dependencies;
    const { headSeq, epoch } = await store.head(userId);
    const events = afterSeq === null ? [] : await store.page(userId, afterSeq, pageMax + 1);
    return accept(inboxRead(events, headSeq, epoch));
  }
}

function inboxRead(events: InboxEvent[], headSeq: number, epoch: number): InboxRead {
  return { events: events.slice(0, pageMax), headSeq, more: events.length > pageMax, epoch };
}

/** Names the event of a conversation that caused this one; empty when none did. */
function causeOf(event: InboxEvent): string {
  switch (event.type) {
    case 'conversationAdded':
    case 'conversationRemoved':
    case 'mentioned':
    case 'mentionEnded':
      return `${event.conversationId}:${event.causeSeq}`;
    default:
      return '';
  }
}
