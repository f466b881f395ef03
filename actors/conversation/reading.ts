// Everything that a conversation answers without changing anything that is kept. It shows what is durable alone.
import type { MemberCursor } from '../../protocol/frames/subscribe.ts';
import { accept, refuse, type Reply } from '../runtime/reply.ts';
import type {
  CheckMember,
  Describe,
  HistoryPage,
  Invitation,
  ListMembers,
  LookAtInvitation,
  MemberRole,
  OpenedConversation,
  ReadHistory,
  ReadReceipts,
  Standing,
  SubscribeConversation,
  Typing,
} from './commands.ts';
import { answerOpened } from './opened.ts';
import { knownMessage, type ConversationParts } from './parts.ts';
import { visibleTo } from './permissions.ts';
import { answerSubscribe, fitPage, latestChange, readPage, type SubscribeAnswer } from './reads.ts';
import type { Answer } from './sequence.ts';
import type { KnownConversation } from './state.ts';
import type { EventPage } from './store-port.ts';
import { Typists } from './typing.ts';

export class Reading {
  readonly #parts: ConversationParts;
  readonly #typists: Typists;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
    this.#typists = new Typists(parts.clock);
  }

  invitation({ by, codeHash }: LookAtInvitation): Answer<Invitation> {
    const state = this.#parts.sequence.durable;
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

  typing(command: Typing): Answer {
    const visible = visibleTo(this.#parts.sequence.durable, command.by);
    if (!visible.ok) return { kind: 'read', reply: visible };
    const frame = this.#parts.blocks.any ? null : this.#typists.note(this.#parts.id, command);
    if (frame) this.#parts.context.publish(0, frame);
    return { kind: 'read', reply: accept(null) };
  }

  subscribe(command: SubscribeConversation): Answer<SubscribeAnswer> {
    const visible = visibleTo(this.#parts.sequence.durable, command.by);
    if (!visible.ok) return { kind: 'read', reply: visible };
    const { epoch, headSeq, headOrdinal, members } = visible.value;
    const head = {
      epoch,
      headSeq,
      headOrdinal,
      cuts: this.#parts.cuts,
      cursors: this.#parts.receipts.visibleTo(command.by, visible.value),
    };
    const isMember = (userId: string) => members.has(userId);
    const answer = answerSubscribe(this.#parts.id, command, head, this.#parts.sequence.tail, isMember);
    return { kind: 'read', reply: accept(answer) };
  }

  history(command: ReadHistory): Answer<HistoryPage> {
    const visible = visibleTo(this.#parts.sequence.durable, command.by);
    if (!visible.ok) return { kind: 'read', reply: visible };
    const { epoch } = visible.value;
    const page = readPage(this.#parts.id, command, this.#parts.sequence.tail, this.#parts.store);
    const answer = (read: EventPage) => accept({ epoch, ...fitPage(read, command.direction) });
    if (!(page instanceof Promise)) return { kind: 'read', reply: answer(page) };
    // While the record was read the reader may have been removed: what was said since is not for them (GRP-4).
    const stillVisible = (read: EventPage): Reply<HistoryPage> => {
      const now = visibleTo(this.#parts.sequence.durable, command.by);
      return now.ok ? answer(read) : now;
    };
    return { kind: 'lookup', resume: page.then(stillVisible) };
  }

  /** The record may trail; memory knows everything that it does not have yet. */
  check({ by, messageSeq }: CheckMember): Answer<Standing> {
    const visible = visibleTo(this.#parts.sequence.durable, by);
    if (!visible.ok) return { kind: 'read', reply: visible };
    const known = messageSeq === null ? null : knownMessage(this.#parts, messageSeq);
    const isDeleted = known?.kind === 'known' && known.facts.deleted;
    if (isDeleted) return { kind: 'read', reply: refuse('message_deleted') };
    // Other events carry files as well, as the picture of a group; nothing changes those.
    const isMessage = messageSeq !== null && known?.kind !== 'missing';
    const changedSeq = isMessage ? latestChange(messageSeq, this.#parts.sequence.tail) : 0;
    return { kind: 'read', reply: accept({ changedSeq }) };
  }

  describe({ by }: Describe): Answer<OpenedConversation> {
    return answerOpened(this.#parts, by, 'read');
  }

  members({ by }: ListMembers): Answer<MemberRole[]> {
    return this.#tell(by, membersOf);
  }

  receipts({ by }: ReadReceipts): Answer<MemberCursor[]> {
    return this.#tell(by, () => this.#parts.receipts.listedFor(by));
  }

  /** Answers a member with something of the state as everyone may see it. */
  #tell<Value>(by: string, show: (state: KnownConversation) => Value): Answer<Value> {
    const visible = visibleTo(this.#parts.sequence.durable, by);
    if (!visible.ok) return { kind: 'read', reply: visible };
    return { kind: 'read', reply: accept(show(visible.value)) };
  }
}

function membersOf({ members }: KnownConversation): MemberRole[] {
  return Array.from(members, ([userId, role]) => ({ userId, role }));
}
