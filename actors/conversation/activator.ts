// Brings conversations to life, and answers for those that sleep: reading one does not wake it.
import type { Activation, ActivationContext, Activator } from '../runtime/activation.ts';
import { bounds } from '../runtime/bounds.ts';
import type { ColdHandlers, CommandIn } from '../runtime/commands.ts';
import { accept, refuse, type Reply } from '../runtime/reply.ts';
import type {
  CheckMember,
  ConversationCommand,
  ConversationCommands,
  HistoryPage,
  ReadHistory,
  Standing,
  SubscribeConversation,
} from './commands.ts';
import { Conversation, type ConversationDependencies } from './conversation.ts';
import { answerSubscribe, fitPage, type SubscribeAnswer } from './reads.ts';

export class ConversationActivator implements Activator<ConversationCommand> {
  readonly #dependencies: ConversationDependencies;

  constructor(dependencies: ConversationDependencies) {
    this.#dependencies = dependencies;
  }

  async activate(
    conversationId: string,
    context: ActivationContext<ConversationCommand>,
  ): Promise<Activation<ConversationCommand>> {
    const stored = await this.#dependencies.store.load(conversationId, bounds.keysLoadedMax);
    return new Conversation(conversationId, stored, context, this.#dependencies);
  }

  static readonly #cold: ColdHandlers<ConversationActivator, ConversationCommands> = {
    subscribe: (self, conversationId, command) => self.#subscribe(conversationId, command),
    history: (self, conversationId, command) => self.#history(conversationId, command),
    check_member: (self, conversationId, command) => self.#checkMember(conversationId, command),
  };

  answerCold<Type extends keyof ConversationCommands>(
    conversationId: string,
    command: CommandIn<ConversationCommands, Type>,
  ): Promise<Reply> | null {
    return ConversationActivator.#cold[command.type]?.(this, conversationId, command) ?? null;
  }

  async #subscribe(conversationId: string, command: SubscribeConversation): Promise<Reply<SubscribeAnswer>> {
    const head = await this.#dependencies.store.head(conversationId, command.by);
    if (!head) return refuse('conversation_not_found');
    if (head.deleted) return refuse('conversation_deleted');
    const members = new Set(head.cursors.map(({ userId }) => userId));
    return accept(answerSubscribe(conversationId, command, head, null, (userId) => members.has(userId)));
  }

  async #checkMember(conversationId: string, { by }: CheckMember): Promise<Reply<Standing>> {
    const head = await this.#dependencies.store.head(conversationId, by);
    if (!head) return refuse('conversation_not_found');
    return head.deleted ? refuse('conversation_deleted') : accept({ changedSeq: 0 });
  }

  async #history(conversationId: string, command: ReadHistory): Promise<Reply<HistoryPage>> {
    const { by, direction, seq, limit } = command;
    const { store } = this.#dependencies;
    const head = await store.head(conversationId, by);
    if (!head) return refuse('conversation_not_found');
    if (head.deleted) return refuse('conversation_deleted');
    const page = await store.page(conversationId, { direction, seq, limit, viewer: by });
    // The reader may have been removed before what the page shows was said: then the record says so by now (GRP-4).
    const after = await store.head(conversationId, by);
    if (!after || after.deleted) return refuse(after ? 'conversation_deleted' : 'conversation_not_found');
    return accept({ epoch: head.epoch, ...fitPage(page, direction) });
  }
}
