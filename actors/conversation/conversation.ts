// One conversation in memory: the single writer of its sequence. Hands each command to the part that knows about it;
// the decisions themselves are pure (decide-*.ts).
import { wireError, type WireError } from '../../protocol/errors.ts';
import type { ConversationEvent } from '../../protocol/events/conversation-event.ts';
import type { Activation, ActivationContext, Outcome, Respond } from '../runtime/activation.ts';
import { bounds } from '../runtime/bounds.ts';
import type { CommandIn, Handlers } from '../runtime/commands.ts';
import type { Journal } from '../runtime/journal-port.ts';
import type { Clock, Timers } from '../runtime/ports.ts';
import { accept, refuse, type Reply } from '../runtime/reply.ts';
import { Blocks } from './blocks.ts';
import type {
  ChangeGroup,
  ChangeMessage,
  CheckMember,
  ConversationCommand,
  ConversationCommands,
  CreateGroup,
  HistoryPage,
  Invitation,
  Join,
  LookAtInvitation,
  MemberRole,
  NoteBlock,
  OpenDirect,
  OpenedConversation,
  ReadHistory,
  SubscribeConversation,
  Typing,
} from './commands.ts';
import { decideCreateGroup, decideOpenDirect } from './decide-creation.ts';
import { decideChangeGroup } from './decide-group.ts';
import { decideDelete, decideEdit, decideReact } from './decide-messages.ts';
import { factsFrom, MessageBook, type MessageFacts } from './message-book.ts';
import { visibleTo } from './permissions.ts';
import { answerSubscribe, fitPage, readPage, type SubscribeAnswer } from './reads.ts';
import { Receipts } from './receipts.ts';
import { Sending } from './sending.ts';
import { Sequence, type Answer } from './sequence.ts';
import { evolve, type KnownConversation } from './state.ts';
import type { ConversationStore, EventPage, StoredConversation } from './store-port.ts';
import { Typists } from './typing.ts';

export interface ConversationDependencies {
  readonly store: ConversationStore;
  readonly journal: Pick<Journal, 'accepts'>;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** Members named in an answer at most. */
const membersNamedMax = 8;

export class Conversation implements Activation<ConversationCommand> {
  readonly #id: string;
  readonly #context: ActivationContext<ConversationCommand>;
  readonly #dependencies: ConversationDependencies;
  readonly #sequence: Sequence;
  readonly #receipts: Receipts;
  readonly #sending: Sending;
  readonly #blocks: Blocks;
  readonly #messages = new MessageBook();
  readonly #typists: Typists;

  constructor(
    id: string,
    stored: StoredConversation | null,
    context: ActivationContext<ConversationCommand>,
    dependencies: ConversationDependencies,
  ) {
    this.#id = id;
    this.#context = context;
    this.#dependencies = dependencies;
    const { store, journal, clock, timers } = dependencies;
    this.#sequence = new Sequence(id, stored?.state ?? null, context, journal);
    const parts = { id, store, clock, timers, context, sequence: this.#sequence };
    this.#receipts = new Receipts(parts, stored?.cursors ?? []);
    this.#blocks = new Blocks(stored?.blocks ?? []);
    this.#sending = new Sending(
      { ...parts, receipts: this.#receipts, blocks: this.#blocks },
      stored?.keys ?? [],
    );
    this.#typists = new Typists(clock);
  }

  get idle(): boolean {
    return this.#sending.idle && this.#receipts.idle;
  }

  describe(): Record<string, unknown> {
    const { decided, durable, tail } = this.#sequence;
    if (decided.status === 'absent') return { status: decided.status };
    const { status, kind, epoch, headSeq, headOrdinal, members, lastAtMs } = decided;
    const durableSeq = durable.status === 'absent' ? 0 : durable.headSeq;
    const memory = { tailFromSeq: tail.firstSeq, parked: this.#sending.parked };
    return {
      status,
      kind,
      epoch,
      headSeq,
      durableSeq,
      messages: headOrdinal,
      members: members.size,
      lastAtMs,
      ...memory,
    };
  }

  dispose(): void {
    this.#receipts.dispose();
    this.#sending.dispose();
  }

  static readonly #handlers: Handlers<Conversation, ConversationCommands> = {
    send: (self, command, respond) => self.#sending.send(command, respond),
    cursor: (self, command, respond) => self.#receipts.move(command, respond),
    edit: (self, command) => self.#changeMessage(command),
    delete_message: (self, command) => self.#changeMessage(command),
    react: (self, command) => self.#changeMessage(command),
    open_direct: (self, command) => self.#create(command),
    create_group: (self, command) => self.#create(command),
    add_members: (self, command) => self.#changeGroup(command),
    remove_member: (self, command) => self.#changeGroup(command),
    set_role: (self, command) => self.#changeGroup(command),
    update_profile: (self, command) => self.#changeGroup(command),
    delete_conversation: (self, command) => self.#changeGroup(command),
    set_invite: (self, command) => self.#changeGroup(command),
    join: (self, command) => self.#join(command),
    invitation: (self, command) => self.#invitation(command),
    note_block: (self, command) => self.#noteBlock(command),
    typing: (self, command) => self.#typing(command),
    subscribe: (self, command) => self.#subscribe(command),
    history: (self, command) => self.#history(command),
    check_member: (self, command) => self.#check(command),
    describe: (self, command) => self.#tell(command, (state) => self.#opened(state, command.by)),
    members: (self, command) => self.#tell(command, membersOf),
    receipts: (self, command) => self.#tell(command, () => self.#receipts.all()),
  };

  handle<Type extends keyof ConversationCommands>(
    command: CommandIn<ConversationCommands, Type>,
    respond: Respond,
  ): Outcome<ConversationCommand> {
    return Conversation.#handlers[command.type](this, command, respond);
  }

  #changeMessage(command: ChangeMessage): Answer {
    const asServer = command.type === 'delete_message' && command.asPlatformAdmin;
    const state = visibleTo(this.#sequence.decided, asServer ? null : command.by);
    if ('code' in state) return settled(state);
    // Whom one blocks reaches one by no other way either; taking back stays possible (ACC-5).
    const reaches = command.type === 'edit' || (command.type === 'react' && command.present);
    if (reaches && this.#blocks.any) return settled(wireError('blocked'));
    const facts = this.#factsOf(command.messageSeq);
    if (facts === undefined) return { kind: 'lookup', resume: this.#lookUpMessage(command) };
    if (facts === null) return settled(wireError('message_not_found'));
    const event = this.#decideChange(state, facts, command);
    if (event === null) return { kind: 'settled', reply: accept(null) };
    if ('code' in event) return settled(event);
    const answer = this.#sequence.append({
      event,
      reply: accept(null),
      committed: (batch) => this.#messages.committed(event, batch, this.#context.projectedBatch()),
    });
    if (answer.kind === 'append') this.#messages.decided(event);
    return answer;
  }

  #decideChange(state: KnownConversation, facts: MessageFacts, command: ChangeMessage) {
    const nowMs = this.#dependencies.clock.now();
    switch (command.type) {
      case 'edit':
        return decideEdit(state, facts, command, nowMs);
      case 'delete_message':
        return decideDelete(state, facts, command, nowMs);
      case 'react':
        return decideReact(state, facts, command, nowMs);
    }
  }

  /** Null: there is no such message. Undefined: the record must be asked. */
  #factsOf(messageSeq: number): MessageFacts | null | undefined {
    const known = this.#messages.find(messageSeq);
    if (known) return known;
    const { tail } = this.#sequence;
    if (messageSeq < 1 || messageSeq > tail.headSeq) return null;
    if (messageSeq < tail.firstSeq) return undefined;
    const facts = factsFrom(tail.between(messageSeq, tail.headSeq), messageSeq);
    if (facts) this.#messages.adopt(facts, this.#context.projectedBatch());
    return facts;
  }

  async #lookUpMessage(command: ChangeMessage): Promise<ConversationCommand | Reply<never>> {
    const { messageSeq } = command;
    const read = () => this.#dependencies.store.message(this.#id, messageSeq);
    const found = await this.#messages.lookUp(read, () => this.#context.projectedBatch());
    return found ? command : refuse('message_not_found');
  }

  #create(command: OpenDirect | CreateGroup): Answer<OpenedConversation> {
    const { decided } = this.#sequence;
    const nowMs = this.#dependencies.clock.now();
    const event =
      command.type === 'open_direct'
        ? decideOpenDirect(decided, command, nowMs)
        : decideCreateGroup(decided, command, nowMs);
    if (event === null) {
      const state = visibleTo(decided, command.by);
      return 'code' in state
        ? settled(state)
        : { kind: 'settled', reply: accept(this.#opened(state, command.by)) };
    }
    if ('code' in event) return settled(event);
    const reply = accept(this.#opened(evolve(decided, event), command.by));
    return this.#sequence.append({ event, reply, committed: () => undefined });
  }

  #join(command: Join): Answer<OpenedConversation> {
    const before = this.#sequence.decided;
    const event = decideChangeGroup(before, command, this.#dependencies.clock.now());
    if (event !== null && 'code' in event) return settled(event);
    const state = event === null ? visibleTo(before, command.by) : evolve(before, event);
    if ('code' in state) return settled(state);
    return this.#applyToGroup(event, accept(this.#opened(state, command.by)));
  }

  #changeGroup(command: Exclude<ChangeGroup, Join>): Answer {
    const event = decideChangeGroup(this.#sequence.decided, command, this.#dependencies.clock.now());
    if (event !== null && 'code' in event) return settled(event);
    const drop = command.type === 'remove_member' ? [command.userId] : [];
    return this.#applyToGroup(event, accept(null), drop);
  }

  /** @param event null: it is so already */
  #applyToGroup<Value>(
    event: ConversationEvent | null,
    reply: Reply<Value>,
    drop: readonly string[] = [],
  ): Answer<Value> {
    if (event === null) return { kind: 'settled', reply, drop };
    return this.#sequence.append({
      event,
      reply,
      drop,
      committed: () => {
        // Whoever comes has nothing unread; whoever goes leaves no receipt behind.
        if (event.type === 'membersAdded') {
          for (const userId of event.userIds) this.#receipts.imply(userId, event.seq, event.headOrdinal);
        }
        if (event.type === 'memberRemoved') this.#receipts.forget(event.userId);
      },
    });
  }

  #opened(state: KnownConversation, by: string): OpenedConversation {
    const { kind, epoch, headSeq, headOrdinal, lastAtMs, members, name, description, avatarId } = state;
    const [, , readSeq, readOrdinal] = this.#receipts.of(by);
    return {
      conversationId: this.#id,
      kind,
      epoch,
      headSeq,
      headOrdinal,
      readSeq,
      readOrdinal,
      activeAtMs: lastAtMs,
      name,
      description,
      avatarId,
      role: members.get(by) ?? 'member',
      memberCount: members.size,
      memberIds: [...members.keys()].slice(0, membersNamedMax),
    };
  }

  #invitation({ by, codeHash }: LookAtInvitation): Answer<Invitation> {
    const state = this.#sequence.durable;
    if (state.status !== 'open' || state.inviteHash === null || state.inviteHash !== codeHash) {
      return { kind: 'read', reply: refuse('invitation_invalid') };
    }
    const { name, description, members } = state;
    const invitation: Invitation = {
      name,
      description,
      memberCount: members.size,
      isMember: members.has(by),
    };
    return { kind: 'read', reply: accept(invitation) };
  }

  #noteBlock({ userId, blocked, version }: NoteBlock): Answer {
    const state = this.#sequence.decided;
    // Nothing to close: whoever opens the conversation asks the session first.
    if (state.status !== 'open' || state.kind !== 'direct' || !state.members.has(userId)) {
      return { kind: 'settled', reply: accept(null) };
    }
    if (!this.#dependencies.journal.accepts) {
      return { kind: 'settled', reply: refuse('overloaded', bounds.overloadedRetryAfterMs) };
    }
    if (!this.#blocks.note({ userId, blocked, version })) return { kind: 'settled', reply: accept(null) };
    const { shard } = this.#context;
    return {
      kind: 'append',
      entries: [{ type: 'block', shard, actorId: this.#id, userId, blocked, version }],
      reply: accept(null),
      committed: () => undefined,
      frame: null,
      effects: [],
    };
  }

  #typing(command: Typing): Answer {
    const state = visibleTo(this.#sequence.durable, command.by);
    if ('code' in state) return { kind: 'read', reply: { ok: false, error: state } };
    const frame = this.#blocks.any ? null : this.#typists.note(this.#id, command);
    if (frame) this.#context.publish(0, frame);
    return { kind: 'read', reply: accept(null) };
  }

  #subscribe(command: SubscribeConversation): Answer<SubscribeAnswer> {
    const state = visibleTo(this.#sequence.durable, command.by);
    if ('code' in state) return { kind: 'read', reply: { ok: false, error: state } };
    const { epoch, headSeq, headOrdinal, members } = state;
    const head = { epoch, headSeq, headOrdinal, cursors: this.#receipts.visibleTo(command.by, state) };
    const isMember = (userId: string) => members.has(userId);
    const answer = answerSubscribe(this.#id, command, head, this.#sequence.tail, isMember);
    return { kind: 'read', reply: accept(answer) };
  }

  #history(command: ReadHistory): Answer<HistoryPage> {
    const state = visibleTo(this.#sequence.durable, command.by);
    if ('code' in state) return { kind: 'read', reply: { ok: false, error: state } };
    const page = readPage(this.#id, command, this.#sequence.tail, this.#dependencies.store);
    const answer = (read: EventPage) => accept({ epoch: state.epoch, ...fitPage(read, command.direction) });
    if (!(page instanceof Promise)) return { kind: 'read', reply: answer(page) };
    // While the record was read the reader may have been removed: what was said since is not for them (GRP-4).
    const stillVisible = (read: EventPage): Reply<HistoryPage> => {
      const now = visibleTo(this.#sequence.durable, command.by);
      return 'code' in now ? { ok: false, error: now } : answer(read);
    };
    return { kind: 'lookup', resume: page.then(stillVisible) };
  }

  /** The record may trail; memory knows everything that it does not have yet. */
  #check({ by, messageSeq }: CheckMember): Answer {
    const state = visibleTo(this.#sequence.durable, by);
    if ('code' in state) return { kind: 'read', reply: { ok: false, error: state } };
    const isDeleted = messageSeq !== null && this.#factsOf(messageSeq)?.deleted === true;
    return { kind: 'read', reply: isDeleted ? refuse('message_deleted') : accept(null) };
  }

  /** Answers a member with something of the state as everyone may see it. */
  #tell<Value>({ by }: { readonly by: string }, show: (state: KnownConversation) => Value): Answer<Value> {
    const state = visibleTo(this.#sequence.durable, by);
    if ('code' in state) return { kind: 'read', reply: { ok: false, error: state } };
    return { kind: 'read', reply: accept(show(state)) };
  }
}

function membersOf({ members }: KnownConversation): MemberRole[] {
  return Array.from(members, ([userId, role]) => ({ userId, role }));
}

function settled(error: WireError): Answer<never> {
  return { kind: 'settled', reply: { ok: false, error } };
}
