// Everything that is asked once and answered once. What lasts over reconnects is in the other parts of the client.
import type { ConversationEvent, Role } from '../events/conversation-event.ts';
import type { AnswerTo, Asking, RequestOpcode } from '../frames/answers.ts';
import type { ConversationSummary } from '../frames/conversations.ts';
import type { GroupRequest, GroupsFrom } from '../frames/group-requests.ts';
import type { Member } from '../frames/groups.ts';
import type { HistoryDirection } from '../frames/history.ts';
import type { AuditEntry, DayCount, SenderCount } from '../frames/insight.ts';
import type { Revision } from '../frames/messages.ts';
import type { Notification } from '../frames/session.ts';
import type { MemberCursor } from '../frames/subscribe.ts';
import type { Profile } from '../frames/users.ts';
import { limits } from '../limits.ts';
import { opcodes } from '../opcodes.ts';
import type { ClientEvents } from './client-options.ts';
import { Emitter } from './emitter.ts';

export interface GroupProfile {
  readonly name: string;
  readonly description: string;
  /** A finished upload of a picture. */
  readonly avatarId: string | null;
}

/** Messages stand in it as every event up to asOfSeq has left them. */
export interface HistoryPage {
  readonly events: readonly ConversationEvent[];
  readonly more: boolean;
  readonly asOfSeq: number;
}

export interface Insight {
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly memberCount: number;
  readonly messageCount: number;
  readonly days: readonly DayCount[];
  readonly mostActive: readonly SenderCount[];
  readonly asOfSeq: number;
}

/** All of them reject with RequestError. */
export abstract class UserRequests extends Emitter<ClientEvents> {
  protected abstract request<Code extends RequestOpcode>(request: Asking<Code>): Promise<AnswerTo<Code>>;

  /** A fresh idempotency key. Its order is the order of writing. */
  abstract newKey(): string;

  async history(
    conversationId: string,
    direction: HistoryDirection,
    seq: number,
    limit: number = limits.historyPageMax,
  ): Promise<HistoryPage> {
    return this.request({ opcode: opcodes.history, conversationId, direction, seq, limit });
  }

  /** For administrators of the server, with a reason that everyone who may see the audit trail reads (MSG-8). */
  async moderate(
    conversationId: string,
    reason: string,
    direction: HistoryDirection,
    seq: number,
    limit: number = limits.historyPageMax,
  ): Promise<HistoryPage> {
    return this.request({ opcode: opcodes.moderate, conversationId, direction, seq, limit, reason });
  }

  async openDirect(userId: string): Promise<ConversationSummary> {
    return (await this.request({ opcode: opcodes.openDirect, userId })).conversation;
  }

  async conversation(conversationId: string): Promise<ConversationSummary> {
    return (await this.request({ opcode: opcodes.getConversation, conversationId })).conversation;
  }

  async conversations(
    cursor: string | null = null,
    limit: number = limits.conversationPageMax,
  ): Promise<{ conversations: readonly ConversationSummary[]; next: string | null }> {
    return this.request({ opcode: opcodes.conversations, cursor, limit });
  }

  async edit(
    conversationId: string,
    messageSeq: number,
    body: string,
    mentions: readonly string[] = [],
  ): Promise<void> {
    const text = body.toWellFormed();
    await this.request({ opcode: opcodes.edit, conversationId, messageSeq, body: text, mentions });
  }

  async deleteMessage(conversationId: string, messageSeq: number): Promise<void> {
    await this.request({ opcode: opcodes.deleteMessage, conversationId, messageSeq });
  }

  /** Puts an emoji on a message, or takes it off. */
  async react(conversationId: string, messageSeq: number, emoji: string, present = true): Promise<void> {
    await this.request({ opcode: opcodes.react, conversationId, messageSeq, emoji, present });
  }

  /** The texts that a message has had, oldest first. */
  async revisions(conversationId: string, messageSeq: number): Promise<readonly Revision[]> {
    return (await this.request({ opcode: opcodes.revisions, conversationId, messageSeq })).revisions;
  }

  async reactors(
    conversationId: string,
    messageSeq: number,
    emoji: string,
    after: string | null = null,
  ): Promise<{ userIds: readonly string[]; more: boolean }> {
    const page = { emoji, after, limit: limits.reactorPageMax };
    return this.request({ opcode: opcodes.reactors, conversationId, messageSeq, ...page });
  }

  /** How far every member has received and read; for large groups, which do not tell by themselves. */
  async receipts(conversationId: string): Promise<readonly MemberCursor[]> {
    return (await this.request({ opcode: opcodes.receipts, conversationId })).cursors;
  }

  /** Tells the others that one is writing; repeat it every `limits.typingEveryMs`. Lost when offline. */
  typing(conversationId: string, active: boolean): void {
    this.request({ opcode: opcodes.typing, conversationId, active }).catch(() => undefined);
  }

  /** @param key repeat a failed call with the same one, and there is one group */
  async createGroup(
    memberIds: readonly string[],
    profile: GroupProfile,
    key: string = this.newKey(),
  ): Promise<ConversationSummary> {
    return (await this.request({ opcode: opcodes.createGroup, key, memberIds, ...profile })).conversation;
  }

  async addMembers(conversationId: string, userIds: readonly string[]): Promise<void> {
    await this.request({ opcode: opcodes.addMembers, conversationId, userIds });
  }

  /** Resolves when nothing more can reach them; oneself: leaves. */
  async removeMember(conversationId: string, userId: string): Promise<void> {
    await this.request({ opcode: opcodes.removeMember, conversationId, userId });
  }

  async setRole(conversationId: string, userId: string, role: Role): Promise<void> {
    await this.request({ opcode: opcodes.setRole, conversationId, userId, role });
  }

  async updateGroup(conversationId: string, profile: GroupProfile): Promise<void> {
    await this.request({ opcode: opcodes.updateGroup, conversationId, ...profile });
  }

  async deleteConversation(conversationId: string): Promise<void> {
    await this.request({ opcode: opcodes.deleteConversation, conversationId });
  }

  /** The code of a new invitation, in place of the one before. */
  async createInvite(conversationId: string): Promise<string> {
    return (await this.request({ opcode: opcodes.createInvite, conversationId })).code;
  }

  async revokeInvite(conversationId: string): Promise<void> {
    await this.request({ opcode: opcodes.revokeInvite, conversationId });
  }

  async invitation(
    conversationId: string,
    code: string,
  ): Promise<{ name: string; description: string; memberCount: number; isMember: boolean }> {
    return this.request({ opcode: opcodes.invitation, conversationId, code });
  }

  async join(conversationId: string, code: string): Promise<ConversationSummary> {
    return (await this.request({ opcode: opcodes.join, conversationId, code })).conversation;
  }

  async members(conversationId: string): Promise<readonly Member[]> {
    return (await this.request({ opcode: opcodes.members, conversationId })).members;
  }

  /** Counts of the last so many days (INS-1). */
  async insight(conversationId: string, days = 30): Promise<Insight> {
    return this.request({ opcode: opcodes.insight, conversationId, days });
  }

  async audit(
    conversationId: string,
    cursor: string | null = null,
    limit: number = limits.auditPageMax,
  ): Promise<{ entries: readonly AuditEntry[]; next: string | null }> {
    return this.request({ opcode: opcodes.audit, conversationId, cursor, limit });
  }

  /** @param untilMs on the server's clock; 0: no longer muted */
  async mute(conversationId: string, untilMs: number = limits.muteUntilMsMax): Promise<void> {
    await this.request({ opcode: opcodes.mute, conversationId, untilMs });
  }

  async block(userId: string, blocked = true): Promise<void> {
    await this.request({ opcode: opcodes.block, userId, blocked });
  }

  async blocks(): Promise<readonly Profile[]> {
    return (await this.request({ opcode: opcodes.blocks })).users;
  }

  async notifications(
    beforeSeq: number | null = null,
    limit: number = limits.notificationPageMax,
  ): Promise<{ notifications: readonly Notification[]; unread: number; more: boolean; asOfSeq: number }> {
    return this.request({ opcode: opcodes.notifications, beforeSeq, limit });
  }

  /** Those up to upToSeq, and those named besides, are read. */
  async markNotifications(upToSeq: number, seqs: readonly number[] = []): Promise<void> {
    await this.request({ opcode: opcodes.markNotifications, upToSeq, seqs });
  }

  /** Groups that one is asked to come into, the latest first, and who may add one without asking (ACC-5). */
  async groupRequests(): Promise<{ groupsFrom: GroupsFrom; requests: readonly GroupRequest[] }> {
    return this.request({ opcode: opcodes.groupRequests });
  }

  /** Comes into the group, or declines. */
  async answerGroupRequest(conversationId: string, accept: boolean): Promise<void> {
    await this.request({ opcode: opcodes.answerGroupRequest, conversationId, accept });
  }

  async setGroupsFrom(groupsFrom: GroupsFrom): Promise<void> {
    await this.request({ opcode: opcodes.setGroupsFrom, groupsFrom });
  }

  /** Ends this sign-in, or all of this user's; the connection is closed next (ACC-7). */
  async signOut(everywhere = false): Promise<void> {
    await this.request({ opcode: opcodes.signOut, everywhere });
  }

  async findUsers(handlePrefix: string, limit: number = limits.userSearchMax): Promise<readonly Profile[]> {
    return (await this.request({ opcode: opcodes.findUsers, handlePrefix, limit })).users;
  }

  async users(userIds: readonly string[]): Promise<readonly Profile[]> {
    return (await this.request({ opcode: opcodes.users, userIds })).users;
  }
}
