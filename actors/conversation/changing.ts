// Everything that changes a conversation but sending and cursors: its messages, its group, its beginning, its blocks. The
// decisions themselves are pure (decide-*.ts).
import type { ConversationEvent } from '../../protocol/events/conversation-event.ts';
import { impliedReads } from '../../protocol/events/implied-reads.ts';
import type { Decision } from '../runtime/decision.ts';
import { accept, refuse, refusedBy, type Reply } from '../runtime/reply.ts';
import type {
  ChangeGroup,
  ChangeMessage,
  ConversationCommand,
  CreateGroup,
  Join,
  NoteBlock,
  OpenDirect,
  OpenedConversation,
} from './commands.ts';
import { decideCreateGroup, decideOpenDirect } from './decide-creation.ts';
import { decideChangeGroup } from './decide-group.ts';
import { decideDelete, decideEdit, decideReact } from './decide-messages.ts';
import type { MessageFacts } from './message-book.ts';
import { answerOpened, openedFor } from './opened.ts';
import { knownMessage, type ConversationParts } from './parts.ts';
import { visibleTo } from './permissions.ts';
import { Removals } from './removals.ts';
import type { Answer } from './sequence.ts';
import { evolve, type KnownConversation } from './state.ts';

export class Changing {
  readonly #parts: ConversationParts;
  readonly #removals = new Removals();

  constructor(parts: ConversationParts) {
    this.#parts = parts;
  }

  changeMessage(command: ChangeMessage): Answer {
    const asServer = command.type === 'delete_message' && command.asPlatformAdmin;
    const visible = visibleTo(this.#parts.sequence.decided, asServer ? null : command.by);
    if (!visible.ok) return settled(visible);
    // A block stops edits and new reactions too; taking a reaction back stays possible (ACC-5).
    const reaches = command.type === 'edit' || (command.type === 'react' && command.present);
    if (reaches && this.#parts.blocks.any) return settled(refuse('blocked'));
    const known = knownMessage(this.#parts, command.messageSeq);
    if (known.kind === 'unread') return { kind: 'lookup', resume: this.#lookUpMessage(command) };
    if (known.kind === 'missing') return settled(refuse('message_not_found'));
    const decision = this.#decideChange(visible.value, known.facts, command);
    if (decision.kind !== 'happens') return settled(replyTo(decision));
    const { event } = decision;
    const named = event.type === 'reaction' ? [] : notifiedBy(known.facts);
    const answer = this.#parts.sequence.append({
      event,
      reply: accept(null),
      ...(named.length > 0 && { named }),
      committed: (batch) =>
        this.#parts.messages.committed(event, batch, this.#parts.context.projectedBatch()),
    });
    if (answer.kind === 'append') {
      this.#parts.messages.decided(event);
      if (event.type === 'messageDeleted') this.#noteDeletion(known.facts.ordinal, event.seq, visible.value);
    }
    return answer;
  }

  #noteDeletion(ordinal: number, seq: number, state: KnownConversation): void {
    const { deletions, receipts } = this.#parts;
    deletions.decided(ordinal, seq, () => receipts.readByAll(state));
  }

  #decideChange(state: KnownConversation, facts: MessageFacts, command: ChangeMessage) {
    const nowMs = this.#parts.clock.now();
    switch (command.type) {
      case 'edit':
        return decideEdit(state, facts, command, nowMs);
      case 'delete_message':
        return decideDelete(state, facts, command, nowMs);
      case 'react':
        return decideReact(state, facts, command, nowMs);
    }
  }

  async #lookUpMessage(command: ChangeMessage): Promise<ConversationCommand | Reply<never>> {
    const { messageSeq } = command;
    const read = () => this.#parts.store.message(this.#parts.id, messageSeq);
    const found = await this.#parts.messages.lookUp(read, () => this.#parts.context.projectedBatch());
    return found ? command : refuse('message_not_found');
  }

  create(command: OpenDirect | CreateGroup): Answer<OpenedConversation> {
    const { decided } = this.#parts.sequence;
    const nowMs = this.#parts.clock.now();
    const decision =
      command.type === 'open_direct'
        ? decideOpenDirect(decided, command, nowMs)
        : decideCreateGroup(decided, command, nowMs);
    if (decision.kind === 'refused') return settled({ ok: false, error: decision.error });
    if (decision.kind === 'unchanged') return answerOpened(this.#parts, command.by, 'settled');
    const { event } = decision;
    const cursor = this.#parts.receipts.of(command.by);
    const reply = accept(openedFor(this.#parts.id, evolve(decided, event), cursor, 0));
    return this.#parts.sequence.append({ event, reply, committed: () => undefined });
  }

  join(command: Join): Answer<OpenedConversation> {
    const before = this.#parts.sequence.decided;
    const decision = decideChangeGroup(before, command, this.#parts.clock.now());
    if (decision.kind === 'refused') return settled({ ok: false, error: decision.error });
    if (decision.kind === 'unchanged') return answerOpened(this.#parts, command.by, 'settled');
    const wasRemoved = this.#removals.wasRemoved(command.by);
    if (wasRemoved === null) return { kind: 'lookup', resume: this.#lookUpRemoval(command) };
    if (wasRemoved) return settled(refuse('invitation_invalid'));
    const { event } = decision;
    const { seq, ordinal } = impliedReads(event);
    const cursor = { userId: command.by, deliveredSeq: seq, readSeq: seq, readOrdinal: ordinal };
    return this.#applyToGroup(event, accept(openedFor(this.#parts.id, evolve(before, event), cursor, 0)));
  }

  async #lookUpRemoval(command: Join): Promise<ConversationCommand> {
    const { id, store } = this.#parts;
    this.#removals.learn(command.by, await store.wasRemoved(id, command.by));
    return command;
  }

  changeGroup(command: Exclude<ChangeGroup, Join>): Answer {
    const decision = decideChangeGroup(this.#parts.sequence.decided, command, this.#parts.clock.now());
    const drop = command.type === 'remove_member' ? [command.userId] : [];
    if (decision.kind === 'happens') return this.#applyToGroup(decision.event, accept(null), drop);
    const reply = replyTo(decision);
    return reply.ok ? { kind: 'settled', reply, drop } : settled(reply);
  }

  #applyToGroup<Value>(
    event: ConversationEvent,
    reply: Reply<Value>,
    drop: readonly string[] = [],
  ): Answer<Value> {
    const answer = this.#parts.sequence.append({
      event,
      reply,
      drop,
      committed: () => this.#parts.receipts.happened(event),
    });
    if (answer.kind === 'append') this.#removals.decided(event);
    return answer;
  }

  noteBlock({ userId, blocked, version }: NoteBlock): Answer {
    const state = this.#parts.sequence.decided;
    // Nothing to close: whoever opens the conversation asks the session first.
    if (state.status !== 'open' || state.kind !== 'direct' || !state.members.has(userId)) {
      return settled(accept(null));
    }
    const refusal = this.#parts.journal.refuses;
    if (refusal) return settled(refusedBy(refusal));
    if (!this.#parts.blocks.note({ userId, blocked, version })) return settled(accept(null));
    const { shard } = this.#parts.context;
    return {
      kind: 'append',
      entries: [{ type: 'block', shard, actorId: this.#parts.id, userId, blocked, version }],
      reply: accept(null),
      committed: () => undefined,
      frame: null,
      effects: [],
    };
  }
}

function settled<Value>(reply: Reply<Value>): Answer<Value> {
  return { kind: 'settled', reply };
}

/** To a command after which nothing has changed. */
function replyTo(decision: Exclude<Decision<unknown>, { readonly kind: 'happens' }>): Reply<null> {
  return decision.kind === 'unchanged' ? accept(null) : { ok: false, error: decision.error };
}

/** People who were told that the message names them: everyone it names but its author. */
function notifiedBy({ mentions, senderId }: MessageFacts): string[] {
  return mentions.filter((userId) => userId !== senderId);
}
