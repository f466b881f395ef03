// Journal entries as rows to write. What a batch says twice of one row (heads, cursors, a reaction put on and taken
// off) is reduced to its last word, so that a batch touches no row twice.
import { effectsOf } from '../../actors/conversation/effects.ts';
import { firstEpoch } from '../../actors/conversation/state.ts';
import { fingerprintOf } from '../../actors/conversation/fingerprint.ts';
import { shardOf } from '../../actors/runtime/address.ts';
import { targetOf, type Effect } from '../../actors/runtime/effect.ts';
import type { JournalEntry } from '../../actors/runtime/journal-port.ts';
import { blockEffect } from '../../actors/session/state.ts';
import type {
  ConversationCreated,
  ConversationDeleted,
  ConversationEvent,
  InviteChanged,
  MessageDeleted,
  MessageEdited,
  MessageSent,
  ProfileChanged,
  ReactionChanged,
  Role,
} from '../../protocol/events/conversation-event.ts';
import { impliedReads } from '../../protocol/events/implied-reads.ts';
import type { InboxEvent } from '../../protocol/events/inbox-event.ts';
import type { MemberCursor } from '../../protocol/frames/subscribe.ts';

interface Head {
  seq: number;
  ordinal: number;
  /** Of the last event, and of the last one that lists show as activity. */
  atMs: number;
  activeAtMs: number;
}

/** A member who came, went, or got another role; in the order of the journal. */
export interface MemberChange {
  readonly conversationId: string;
  readonly userId: string;
  /** Null: gone. */
  readonly role: Role | null;
  /** For who came: when, and how far they need not read. */
  readonly joined: { readonly seq: number; readonly ordinal: number; readonly atMs: number } | null;
}

/** An effect with the shard of the actor that is to hear of it. */
export type StoredEffect = Effect & { readonly shard: number };

interface Of<Event> {
  readonly conversationId: string;
  readonly event: Event;
}

export class ProjectionRows {
  readonly created: Of<ConversationCreated>[] = [];
  readonly messages: (Of<MessageSent> & { readonly fingerprint: number })[] = [];
  readonly edits: Of<MessageEdited>[] = [];
  readonly deletions: Of<MessageDeleted>[] = [];
  readonly reactions = new Map<string, Of<ReactionChanged>>();
  readonly members: MemberChange[] = [];
  readonly profiles = new Map<string, Of<ProfileChanged>>();
  readonly invites = new Map<string, Of<InviteChanged>>();
  readonly ended: Of<ConversationDeleted>[] = [];
  /** Everything but messages: what the sequence needs to have no gap. */
  readonly events: Of<ConversationEvent>[] = [];
  /** First events of later epochs than a conversation begins with, by conversation and epoch. */
  readonly cuts = new Map<string, { conversationId: string; epoch: number; unchangedTo: number }>();
  readonly heads = new Map<string, Head>();
  readonly cursors = new Map<string, { conversationId: string; cursor: MemberCursor }>();
  readonly blocks = new Map<
    string,
    { conversationId: string; userId: string; blocked: boolean; version: number }
  >();
  readonly inbox: { userId: string; event: InboxEvent }[] = [];
  readonly effects: StoredEffect[] = [];

  /** Events of conversations and of inboxes among them. */
  get counts(): { readonly events: number; readonly inboxEvents: number } {
    return { events: this.messages.length + this.events.length, inboxEvents: this.inbox.length };
  }

  add(entry: JournalEntry): void {
    switch (entry.type) {
      case 'conversation':
        this.#noteCut(entry);
        return this.#addConversationEvent(entry.actorId, entry.event, entry.named ?? []);
      case 'cursors':
        for (const cursor of entry.cursors) this.#addCursor(entry.actorId, cursor);
        return;
      case 'block': {
        const { actorId: conversationId, userId, blocked, version } = entry;
        this.blocks.set(`${conversationId}${userId}`, { conversationId, userId, blocked, version });
        return;
      }
      case 'session':
        return this.#addInboxEvent(entry.actorId, entry.event);
    }
  }

  #noteCut({ actorId: conversationId, epoch, event }: JournalEntry & { type: 'conversation' }): void {
    if (epoch === firstEpoch) return;
    const key = `${conversationId} ${epoch}`;
    if (!this.cuts.has(key)) this.cuts.set(key, { conversationId, epoch, unchangedTo: event.seq - 1 });
  }

  #addConversationEvent(conversationId: string, event: ConversationEvent, named: readonly string[]): void {
    this.#raiseHead(conversationId, event);
    for (const effect of effectsOf(conversationId, event, named)) this.#addEffect(effect);
    if (event.type === 'message') {
      const { by: senderId, body, replyTo, attachments } = event;
      const attachmentIds = attachments.map(({ attachmentId }) => attachmentId);
      const fingerprint = fingerprintOf({ senderId, body, replyTo, attachmentIds });
      this.messages.push({ conversationId, event, fingerprint });
      const { userIds, seq, ordinal } = impliedReads(event);
      const at = { deliveredSeq: seq, readSeq: seq, readOrdinal: ordinal };
      for (const userId of userIds) this.#addCursor(conversationId, { userId, ...at });
      return;
    }
    this.events.push({ conversationId, event });
    this.#addChange(conversationId, event);
  }

  #addChange(conversationId: string, event: Exclude<ConversationEvent, MessageSent>): void {
    const row = <Event>(of: Event): Of<Event> => ({ conversationId, event: of });
    switch (event.type) {
      case 'created':
        this.created.push(row(event));
        return this.#join(
          conversationId,
          event.memberIds,
          { seq: event.seq, ordinal: 0 },
          event.atMs,
          event.kind === 'group' ? event.by : null,
        );
      case 'messageEdited':
        return void this.edits.push(row(event));
      case 'messageDeleted':
        return void this.deletions.push(row(event));
      case 'reaction':
        return void this.reactions.set(
          `${conversationId}${event.messageSeq} ${event.by} ${event.emoji}`,
          row(event),
        );
      case 'membersAdded':
        return this.#join(conversationId, event.userIds, impliedReads(event), event.atMs, null);
      case 'memberRemoved':
        return void this.members.push({ conversationId, userId: event.userId, role: null, joined: null });
      case 'roleChanged':
        return void this.members.push({
          conversationId,
          userId: event.userId,
          role: event.role,
          joined: null,
        });
      case 'profileChanged':
        return void this.profiles.set(conversationId, row(event));
      case 'inviteChanged':
        return void this.invites.set(conversationId, row(event));
      case 'conversationDeleted':
        return void this.ended.push(row(event));
      case 'tombstone':
        return;
    }
  }

  #join(
    conversationId: string,
    userIds: readonly string[],
    { seq, ordinal }: { readonly seq: number; readonly ordinal: number },
    atMs: number,
    adminId: string | null,
  ): void {
    for (const userId of userIds) {
      const role: Role = userId === adminId ? 'admin' : 'member';
      this.members.push({ conversationId, userId, role, joined: { seq, ordinal, atMs } });
    }
  }

  #addEffect(effect: Effect): void {
    this.effects.push({ ...effect, shard: shardOf(targetOf(effect).id) });
  }

  #raiseHead(conversationId: string, event: ConversationEvent): void {
    const { seq, atMs } = event;
    const head = this.heads.get(conversationId) ?? { seq: 0, ordinal: 0, atMs: 0, activeAtMs: 0 };
    head.seq = Math.max(head.seq, seq);
    head.atMs = Math.max(head.atMs, atMs);
    if (event.type === 'message') head.ordinal = Math.max(head.ordinal, event.ordinal);
    if (event.type === 'message' || event.type === 'created' || event.type === 'membersAdded') {
      head.activeAtMs = Math.max(head.activeAtMs, atMs);
    }
    this.heads.set(conversationId, head);
  }

  #addCursor(conversationId: string, cursor: MemberCursor): void {
    const { userId, deliveredSeq, readSeq, readOrdinal } = cursor;
    const key = `${conversationId}${userId}`;
    const known = this.cursors.get(key)?.cursor ?? cursor;
    const raised: MemberCursor = {
      userId,
      deliveredSeq: Math.max(known.deliveredSeq, deliveredSeq),
      readSeq: Math.max(known.readSeq, readSeq),
      readOrdinal: Math.max(known.readOrdinal, readOrdinal),
    };
    this.cursors.set(key, { conversationId, cursor: raised });
  }

  #addInboxEvent(userId: string, event: InboxEvent): void {
    this.inbox.push({ userId, event });
    if (event.type === 'blockChanged') {
      this.#addEffect(blockEffect(userId, event.seq, event.userId, event.blocked));
    }
  }
}
