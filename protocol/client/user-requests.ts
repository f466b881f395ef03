// Everything that is asked once and answered once. What lasts over reconnects is in the other parts of the client.
import {
  conversationEventFromWire,
  type ConversationEvent,
  type Role,
} from '../events/conversation-event.ts';
import type { ClientFrame } from '../frames/client-frames.ts';
import type { Conversation, ConversationList, ConversationSummary } from '../frames/conversations.ts';
import type { InvitationDetails, Invite, Member, MemberList } from '../frames/groups.ts';
import type { HistoryDirection, Page } from '../frames/history.ts';
import type { AuditEntry, AuditPage, DayCount, InsightDetails, SenderCount } from '../frames/insight.ts';
import type { ReactorList, ReceiptList, Revision, RevisionList } from '../frames/messages.ts';
import type { ServerFrame } from '../frames/server-frames.ts';
import type { Notification, NotificationList } from '../frames/session.ts';
import type { MemberCursor } from '../frames/subscribe.ts';
import type { Profile, UserList } from '../frames/users.ts';
import { limits } from '../limits.ts';
import { opcodes } from '../opcodes.ts';
import type { ClientEvents } from './client-options.ts';
import type { Fields } from './connection.ts';
import { Emitter } from './emitter.ts';

export interface GroupProfile {
  readonly name: string;
  readonly description: string;
  /** A finished upload of a picture. */
  readonly avatarId: string | null;
}

/** Messages stand in it as every event up to asOfSeq has left them. */
export interface HistoryPage {
  readonly events: ConversationEvent[];
  readonly more: boolean;
  readonly asOfSeq: number;
}

export interface Insight {
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly memberCount: number;
  readonly messageCount: number;
  readonly days: DayCount[];
  readonly mostActive: SenderCount[];
  readonly asOfSeq: number;
}

/** All of them reject with RequestError. */
export abstract class UserRequests extends Emitter<ClientEvents> {
  protected abstract request<Code extends ClientFrame[0]>(
    opcode: Code,
    fields: Fields<Code>,
  ): Promise<ServerFrame>;

  /** A fresh idempotency key. Its order is the order of writing. */
  abstract newKey(): string;

  async history(
    conversationId: string,
    direction: HistoryDirection,
    seq: number,
    limit: number = limits.historyPageMax,
  ): Promise<HistoryPage> {
    return pageOf(await this.request(opcodes.history, [conversationId, direction, seq, limit]));
  }

  /** For administrators of the server, with a reason that everyone who may see the audit trail reads (MSG-8). */
  async moderate(
    conversationId: string,
    reason: string,
    direction: HistoryDirection,
    seq: number,
    limit: number = limits.historyPageMax,
  ): Promise<HistoryPage> {
    return pageOf(await this.request(opcodes.moderate, [conversationId, direction, seq, limit, reason]));
  }

  async openDirect(userId: string): Promise<ConversationSummary> {
    return ((await this.request(opcodes.openDirect, [userId])) as Conversation)[2];
  }

  async conversation(conversationId: string): Promise<ConversationSummary> {
    return ((await this.request(opcodes.getConversation, [conversationId])) as Conversation)[2];
  }

  async conversations(
    cursor: string | null = null,
    limit: number = limits.conversationPageMax,
  ): Promise<{ conversations: ConversationSummary[]; next: string | null }> {
    const list = (await this.request(opcodes.conversations, [cursor, limit])) as ConversationList;
    return { conversations: list[2], next: list[3] };
  }

  async edit(
    conversationId: string,
    messageSeq: number,
    body: string,
    mentions: string[] = [],
  ): Promise<void> {
    await this.request(opcodes.edit, [conversationId, messageSeq, body, mentions]);
  }

  async deleteMessage(conversationId: string, messageSeq: number): Promise<void> {
    await this.request(opcodes.deleteMessage, [conversationId, messageSeq]);
  }

  /** Puts an emoji on a message, or takes it off. */
  async react(conversationId: string, messageSeq: number, emoji: string, present = true): Promise<void> {
    await this.request(opcodes.react, [conversationId, messageSeq, emoji, present]);
  }

  /** The texts that a message has had, oldest first. */
  async revisions(conversationId: string, messageSeq: number): Promise<Revision[]> {
    return ((await this.request(opcodes.revisions, [conversationId, messageSeq])) as RevisionList)[4];
  }

  async reactors(
    conversationId: string,
    messageSeq: number,
    emoji: string,
    after: string | null = null,
  ): Promise<{ userIds: string[]; more: boolean }> {
    const fields: Fields<typeof opcodes.reactors> = [
      conversationId,
      messageSeq,
      emoji,
      after,
      limits.reactorPageMax,
    ];
    const list = (await this.request(opcodes.reactors, fields)) as ReactorList;
    return { userIds: list[4], more: list[5] };
  }

  /** How far every member has received and read; for large groups, which do not tell by themselves. */
  async receipts(conversationId: string): Promise<MemberCursor[]> {
    return ((await this.request(opcodes.receipts, [conversationId])) as ReceiptList)[3];
  }

  /** Tells the others that one is writing; repeat it every `limits.typingEveryMs`. Lost when offline. */
  typing(conversationId: string, active: boolean): void {
    this.request(opcodes.typing, [conversationId, active]).catch(() => undefined);
  }

  /** @param key repeat a failed call with the same one, and there is one group */
  async createGroup(
    memberIds: string[],
    { name, description, avatarId }: GroupProfile,
    key: string = this.newKey(),
  ): Promise<ConversationSummary> {
    const answer = await this.request(opcodes.createGroup, [key, memberIds, name, description, avatarId]);
    return (answer as Conversation)[2];
  }

  async addMembers(conversationId: string, userIds: string[]): Promise<void> {
    await this.request(opcodes.addMembers, [conversationId, userIds]);
  }

  /** Resolves when nothing more can reach them; oneself: leaves. */
  async removeMember(conversationId: string, userId: string): Promise<void> {
    await this.request(opcodes.removeMember, [conversationId, userId]);
  }

  async setRole(conversationId: string, userId: string, role: Role): Promise<void> {
    await this.request(opcodes.setRole, [conversationId, userId, role]);
  }

  async updateGroup(conversationId: string, { name, description, avatarId }: GroupProfile): Promise<void> {
    await this.request(opcodes.updateGroup, [conversationId, name, description, avatarId]);
  }

  async deleteConversation(conversationId: string): Promise<void> {
    await this.request(opcodes.deleteConversation, [conversationId]);
  }

  /** The code of a new invitation, in place of the one before. */
  async createInvite(conversationId: string): Promise<string> {
    return ((await this.request(opcodes.createInvite, [conversationId])) as Invite)[3];
  }

  async revokeInvite(conversationId: string): Promise<void> {
    await this.request(opcodes.revokeInvite, [conversationId]);
  }

  async invitation(
    conversationId: string,
    code: string,
  ): Promise<{ name: string; description: string; memberCount: number; isMember: boolean }> {
    const answer = await this.request(opcodes.invitation, [conversationId, code]);
    const [, , , name, description, memberCount, isMember] = answer as InvitationDetails;
    return { name, description, memberCount, isMember };
  }

  async join(conversationId: string, code: string): Promise<ConversationSummary> {
    return ((await this.request(opcodes.join, [conversationId, code])) as Conversation)[2];
  }

  async members(conversationId: string): Promise<Member[]> {
    return ((await this.request(opcodes.members, [conversationId])) as MemberList)[3];
  }

  /** Counts of the last so many days (INS-1). */
  async insight(conversationId: string, days = 30): Promise<Insight> {
    const answer = (await this.request(opcodes.insight, [conversationId, days])) as InsightDetails;
    const [, , , createdAtMs, createdBy, memberCount, messageCount, perDay, mostActive, asOfSeq] = answer;
    return { createdAtMs, createdBy, memberCount, messageCount, days: perDay, mostActive, asOfSeq };
  }

  async audit(
    conversationId: string,
    cursor: string | null = null,
    limit: number = limits.auditPageMax,
  ): Promise<{ entries: AuditEntry[]; next: string | null }> {
    const page = (await this.request(opcodes.audit, [conversationId, cursor, limit])) as AuditPage;
    return { entries: page[3], next: page[4] };
  }

  /** @param untilMs on the server's clock; 0: no longer muted */
  async mute(conversationId: string, untilMs: number = limits.muteUntilMsMax): Promise<void> {
    await this.request(opcodes.mute, [conversationId, untilMs]);
  }

  async block(userId: string, blocked = true): Promise<void> {
    await this.request(opcodes.block, [userId, blocked]);
  }

  async blocks(): Promise<Profile[]> {
    return ((await this.request(opcodes.blocks, [])) as UserList)[2];
  }

  async notifications(
    beforeSeq: number | null = null,
    limit: number = limits.notificationPageMax,
  ): Promise<{ notifications: Notification[]; unread: number; more: boolean; asOfSeq: number }> {
    const answer = await this.request(opcodes.notifications, [beforeSeq, limit]);
    const [, , notifications, unread, more, asOfSeq] = answer as NotificationList;
    return { notifications, unread, more, asOfSeq };
  }

  /** Those up to upToSeq, and those named besides, are read. */
  async markNotifications(upToSeq: number, seqs: number[] = []): Promise<void> {
    await this.request(opcodes.markNotifications, [upToSeq, seqs]);
  }

  async findUsers(handlePrefix: string, limit: number = limits.userSearchMax): Promise<Profile[]> {
    return ((await this.request(opcodes.findUsers, [handlePrefix, limit])) as UserList)[2];
  }

  async users(userIds: string[]): Promise<Profile[]> {
    return ((await this.request(opcodes.users, [userIds])) as UserList)[2];
  }
}

function pageOf(answer: ServerFrame): HistoryPage {
  const [, , , , events, more, asOfSeq] = answer as Page;
  return { events: events.map(conversationEventFromWire), more, asOfSeq };
}
