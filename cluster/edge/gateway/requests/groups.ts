// Requests about groups and who belongs to them (GRP-1 to GRP-5).
import { createHash } from 'node:crypto';
import type { ConversationCommands, MemberRole } from '../../../../actors/conversation/commands.ts';
import type { CommandIn } from '../../../../actors/runtime/commands.ts';
import { groupConversationId } from '../../../../actors/runtime/derived-id.ts';
import type { AddMembers, CreateGroup, Member, UpdateGroup } from '../../../../protocol/frames/groups.ts';
import { uuidv7Time } from '../../../../protocol/ids.ts';
import { limits } from '../../../../protocol/limits.ts';
import type { WithoutId } from '../../../../protocol/frames/answers.ts';
import type { Done } from '../../../../protocol/frames/outcome.ts';
import type { Conversation } from '../../../../protocol/frames/conversations.ts';
import { opcodes } from '../../../../protocol/opcodes.ts';
import {
  askConversation,
  doneOr,
  answered,
  refused,
  refusedWith,
  type Answer,
  type Handlers,
  type RequestDependencies,
} from './handler.ts';
import { askToComeIn, sortPeople } from './adding.ts';
import { answerWithSummary } from './summaries.ts';

type Codes =
  | typeof opcodes.createGroup
  | typeof opcodes.addMembers
  | typeof opcodes.removeMember
  | typeof opcodes.setRole
  | typeof opcodes.updateGroup
  | typeof opcodes.deleteConversation
  | typeof opcodes.createInvite
  | typeof opcodes.revokeInvite
  | typeof opcodes.invitation
  | typeof opcodes.join
  | typeof opcodes.members;

export function groupRequests(dependencies: RequestDependencies): Handlers<Codes> {
  const ask = <Type extends keyof ConversationCommands>(
    conversationId: string,
    command: CommandIn<ConversationCommands, Type>,
  ) => askConversation(dependencies, conversationId, command);
  return {
    [opcodes.createGroup]: ({ userId }, request) => createGroup(dependencies, userId, request),
    [opcodes.addMembers]: ({ userId }, request) => addMembers(dependencies, userId, request),
    async [opcodes.removeMember]({ userId: by }, { conversationId, userId }) {
      return doneOr(await ask(conversationId, { type: 'remove_member', by, userId }));
    },
    async [opcodes.setRole]({ userId: by }, { conversationId, userId, role }) {
      return doneOr(await ask(conversationId, { type: 'set_role', by, userId, role }));
    },
    [opcodes.updateGroup]: ({ userId }, request) => updateGroup(dependencies, userId, request),
    async [opcodes.deleteConversation]({ userId: by }, { conversationId }) {
      return doneOr(await ask(conversationId, { type: 'delete_conversation', by }));
    },
    async [opcodes.createInvite]({ userId: by }, { conversationId }) {
      const code = dependencies.random.uuid().replaceAll('-', '');
      const reply = await ask(conversationId, { type: 'set_invite', by, codeHash: hashOf(code) });
      return reply.ok ? answered({ opcode: opcodes.invite, conversationId, code }) : refused(reply.error);
    },
    async [opcodes.revokeInvite]({ userId: by }, { conversationId }) {
      return doneOr(await ask(conversationId, { type: 'set_invite', by, codeHash: null }));
    },
    async [opcodes.invitation]({ userId: by }, { conversationId, code }) {
      const command = { type: 'invitation', by, codeHash: hashOf(code) } as const;
      const reply = await askConversation(dependencies, conversationId, command);
      if (!reply.ok) return refused(reply.error);
      return answered({ opcode: opcodes.invitationDetails, conversationId, ...reply.value });
    },
    async [opcodes.join]({ userId: by }, { conversationId, code }) {
      const command = { type: 'join', by, codeHash: hashOf(code) } as const;
      const reply = await askConversation(dependencies, conversationId, command);
      return answerWithSummary(dependencies, by, reply);
    },
    async [opcodes.members]({ userId: by }, { conversationId }) {
      const command = { type: 'members', by } as const;
      const reply = await askConversation(dependencies, conversationId, command);
      if (!reply.ok) return refused(reply.error);
      return answered({
        opcode: opcodes.memberList,
        conversationId,
        members: await membersOf(dependencies, reply.value),
      });
    },
  };
}

async function membersOf({ profiles }: RequestDependencies, roles: readonly MemberRole[]): Promise<Member[]> {
  const known = await profiles.of(roles.map(({ userId }) => userId));
  const byId = new Map(known.map((profile) => [profile.userId, profile]));
  return roles.map(({ userId, role }) => {
    const { handle, displayName } = byId.get(userId) ?? { handle: '', displayName: '' };
    return { userId, handle, displayName, role };
  });
}

async function createGroup(
  dependencies: RequestDependencies,
  userId: string,
  { key, memberIds, name, description, avatarId }: CreateGroup,
): Promise<Answer<WithoutId<Conversation>>> {
  if (Number.isNaN(uuidv7Time(key))) return refusedWith('key_invalid');
  const conversationId = groupConversationId(userId, key);
  const unfit = await unfitMembers(dependencies, memberIds);
  if (unfit) return unfit;
  const withoutAvatar = await claimAvatar(dependencies, userId, conversationId, avatarId);
  if (withoutAvatar) return withoutAvatar;
  const people = await sortPeople(dependencies, userId, memberIds);
  if (!people.ok) return refused(people.error);
  const { added, asked } = people.value;
  const profile = { name, description, avatarId };
  const command = {
    type: 'create_group',
    by: userId,
    memberIds: added,
    askedIds: asked,
    ...profile,
  } as const;
  const reply = await askConversation(dependencies, conversationId, command);
  if (!reply.ok) return refused(reply.error);
  const asking = { conversationId, byUserId: userId, name: reply.value.name };
  const told = await askToComeIn(dependencies, asked, asking);
  return told.ok ? answerWithSummary(dependencies, userId, reply) : refused(told.error);
}

async function addMembers(
  dependencies: RequestDependencies,
  by: string,
  { conversationId, userIds }: AddMembers,
): Promise<Answer<WithoutId<Done>>> {
  const unfit = await unfitMembers(dependencies, userIds);
  if (unfit) return unfit;
  const described = await askConversation(dependencies, conversationId, { type: 'describe', by });
  if (!described.ok) return refused(described.error);
  const { kind, role, name } = described.value;
  if (kind !== 'group') return refusedWith('not_a_group');
  if (role !== 'admin') return refusedWith('not_an_admin');
  const members = await askConversation(dependencies, conversationId, { type: 'members', by });
  if (!members.ok) return refused(members.error);
  const present = new Set(members.value.map(({ userId }) => userId));
  const newcomers = userIds.filter((userId) => !present.has(userId));
  const people = await sortPeople(dependencies, by, newcomers);
  if (!people.ok) return refused(people.error);
  const { added, asked } = people.value;
  const command = { type: 'add_members', by, userIds: added } as const;
  const reply = await askConversation(dependencies, conversationId, command);
  if (!reply.ok) return refused(reply.error);
  return doneOr(await askToComeIn(dependencies, asked, { conversationId, byUserId: by, name }));
}

async function updateGroup(
  dependencies: RequestDependencies,
  by: string,
  { conversationId, name, description, avatarId }: UpdateGroup,
): Promise<Answer<WithoutId<Done>>> {
  const described = await askConversation(dependencies, conversationId, {
    type: 'describe',
    by,
  });
  if (!described.ok) return refused(described.error);
  if (avatarId !== described.value.avatarId) {
    const withoutAvatar = await claimAvatar(dependencies, by, conversationId, avatarId);
    if (withoutAvatar) return withoutAvatar;
  }
  const command = { type: 'update_profile', by, name, description, avatarId } as const;
  return doneOr(await askConversation(dependencies, conversationId, command));
}

async function unfitMembers(
  { profiles }: RequestDependencies,
  userIds: readonly string[],
): Promise<Answer<never> | null> {
  const distinct = [...new Set(userIds)];
  if (distinct.length > limits.groupMembersMax) return refusedWith('group_full');
  const known = await profiles.of(distinct);
  return known.length < distinct.length ? refusedWith('user_not_found') : null;
}

/** Binds the picture to the group; a refusal when it is none, or not theirs. */
async function claimAvatar(
  { attachments }: RequestDependencies,
  ownerId: string,
  conversationId: string,
  avatarId: string | null,
): Promise<Answer<never> | null> {
  if (avatarId === null) return null;
  // The picture is its own key: it is claimed for this conversation once, however often it is set.
  const claim = { ownerId, conversationId, key: avatarId, uploadIds: [avatarId] };
  const claimed = await attachments.claim(claim);
  if (!claimed.ok) return refused(claimed.error);
  const isPicture = claimed.value[0]!.width > 0;
  return isPicture ? null : refusedWith('attachment_type_refused');
}

function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}
