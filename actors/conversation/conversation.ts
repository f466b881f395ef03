// One conversation in memory: the single writer of its sequence. Hands each command to the part that knows about it.
import type { Activation, ActivationContext, Outcome, Respond } from '../runtime/activation.ts';
import type { CommandIn, Handlers } from '../runtime/commands.ts';
import type { Journal } from '../runtime/journal-port.ts';
import type { Clock, Timers } from '../runtime/ports.ts';
import { Blocks } from './blocks.ts';
import { Changing } from './changing.ts';
import type { ConversationCommand, ConversationCommands } from './commands.ts';
import { Deletions } from './deletions.ts';
import { MessageBook } from './message-book.ts';
import { Reading } from './reading.ts';
import { Receipts } from './receipts.ts';
import { Sending } from './sending.ts';
import { Sequence } from './sequence.ts';
import type { ConversationStore, StoredConversation } from './store-port.ts';

export interface ConversationDependencies {
  readonly store: ConversationStore;
  readonly journal: Pick<Journal, 'refuses'>;
  readonly clock: Clock;
  readonly timers: Timers;
}

export class Conversation implements Activation<ConversationCommand> {
  readonly #sequence: Sequence;
  readonly #receipts: Receipts;
  readonly #sending: Sending;
  readonly #changing: Changing;
  readonly #reading: Reading;

  constructor(
    id: string,
    stored: StoredConversation,
    context: ActivationContext<ConversationCommand>,
    dependencies: ConversationDependencies,
  ) {
    const { store, journal, clock, timers } = dependencies;
    const sequence = (this.#sequence = new Sequence(id, stored.state, context, journal));
    const { cuts } = stored;
    const parts = { id, store, journal, clock, timers, context, sequence, cuts };
    const blocks = new Blocks(stored.blocks);
    const receipts = (this.#receipts = new Receipts({ ...parts, blocks }, stored.cursors));
    const messages = new MessageBook();
    const deletions = new Deletions(stored.deletions);
    this.#sending = new Sending({ ...parts, receipts, blocks }, stored.keys);
    this.#changing = new Changing({ ...parts, receipts, blocks, messages, deletions });
    this.#reading = new Reading({ ...parts, receipts, blocks, messages, deletions });
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
    edit: (self, command) => self.#changing.changeMessage(command),
    delete_message: (self, command) => self.#changing.changeMessage(command),
    react: (self, command) => self.#changing.changeMessage(command),
    open_direct: (self, command) => self.#changing.create(command),
    create_group: (self, command) => self.#changing.create(command),
    add_members: (self, command) => self.#changing.changeGroup(command),
    remove_member: (self, command) => self.#changing.changeGroup(command),
    set_role: (self, command) => self.#changing.changeGroup(command),
    update_profile: (self, command) => self.#changing.changeGroup(command),
    delete_conversation: (self, command) => self.#changing.changeGroup(command),
    set_invite: (self, command) => self.#changing.changeGroup(command),
    join: (self, command) => self.#changing.join(command),
    invitation: (self, command) => self.#reading.invitation(command),
    note_block: (self, command) => self.#changing.noteBlock(command),
    typing: (self, command) => self.#reading.typing(command),
    subscribe: (self, command) => self.#reading.subscribe(command),
    history: (self, command) => self.#reading.history(command),
    check_member: (self, command) => self.#reading.check(command),
    describe: (self, command) => self.#reading.describe(command),
    members: (self, command) => self.#reading.members(command),
    receipts: (self, command) => self.#reading.receipts(command),
  };

  handle<Type extends keyof ConversationCommands>(
    command: CommandIn<ConversationCommands, Type>,
    respond: Respond,
  ): Outcome<ConversationCommand> {
    return Conversation.#handlers[command.type](this, command, respond);
  }
}
