// Groups: making one, who belongs to it, and what it is called (GRP-1 to GRP-5).
import type { Named } from '../codec/named.ts';
import { Role } from '../events/conversation-event.ts';
import { limits } from '../limits.ts';
import { opcodes } from '../opcodes.ts';
import { Count, named, Nullable, RequestId, Text, Uuid } from './fields.ts';
import { Type } from './schema.ts';

const Name = Type.String({ minLength: 1, maxLength: limits.groupNameLengthMax });
const Description = Type.String({ maxLength: limits.groupDescriptionLengthMax });
/** More than fit are answered with `group_full`, not with `invalid_frame`. */
const UserIds = Type.Array(Uuid, { minItems: 1, maxItems: 2 * limits.groupMembersMax });

/**
 * Answered by conversation. The key (a version 7 UUID) makes it idempotent: the same key of the same creator gives
 * the same group. `memberIds` are the others. `avatarId` is a finished upload of an image.
 */
export const CreateGroup = named(
  'CreateGroup',
  ['opcode', 'requestId', 'key', 'memberIds', 'name', 'description', 'avatarId'],
  [Type.Literal(opcodes.createGroup), RequestId, Uuid, UserIds, Name, Description, Nullable(Uuid)],
);
export type CreateGroup = Named<typeof CreateGroup>;

/** For admins; answered by done. Who is a member already stays one. */
export const AddMembers = named(
  'AddMembers',
  ['opcode', 'requestId', 'conversationId', 'userIds'],
  [Type.Literal(opcodes.addMembers), RequestId, Uuid, UserIds],
);
export type AddMembers = Named<typeof AddMembers>;

/**
 * Removes someone (for admins), or leaves (oneself). Answered by done when nothing more can reach them (GRP-4).
 */
export const RemoveMember = named(
  'RemoveMember',
  ['opcode', 'requestId', 'conversationId', 'userId'],
  [Type.Literal(opcodes.removeMember), RequestId, Uuid, Uuid],
);
export type RemoveMember = Named<typeof RemoveMember>;

/** For admins; answered by done. */
export const SetRole = named(
  'SetRole',
  ['opcode', 'requestId', 'conversationId', 'userId', 'role'],
  [Type.Literal(opcodes.setRole), RequestId, Uuid, Uuid, Role],
);
export type SetRole = Named<typeof SetRole>;

/** For admins; replaces all three; answered by done. */
export const UpdateGroup = named(
  'UpdateGroup',
  ['opcode', 'requestId', 'conversationId', 'name', 'description', 'avatarId'],
  [Type.Literal(opcodes.updateGroup), RequestId, Uuid, Name, Description, Nullable(Uuid)],
);
export type UpdateGroup = Named<typeof UpdateGroup>;

/** For admins; answered by done. */
export const DeleteConversation = named(
  'DeleteConversation',
  ['opcode', 'requestId', 'conversationId'],
  [Type.Literal(opcodes.deleteConversation), RequestId, Uuid],
);
export type DeleteConversation = Named<typeof DeleteConversation>;

/** For admins: a new invitation, in place of the one before. */
export const CreateInvite = named(
  'CreateInvite',
  ['opcode', 'requestId', 'conversationId'],
  [Type.Literal(opcodes.createInvite), RequestId, Uuid],
);
export type CreateInvite = Named<typeof CreateInvite>;

/** The code lets its holder join. It is shown here once and never again. */
export const Invite = named(
  'Invite',
  ['opcode', 'requestId', 'conversationId', 'code'],
  [Type.Literal(opcodes.invite), RequestId, Uuid, Text],
);
export type Invite = Named<typeof Invite>;

/** For admins: the invitation is void; answered by done. */
export const RevokeInvite = named(
  'RevokeInvite',
  ['opcode', 'requestId', 'conversationId'],
  [Type.Literal(opcodes.revokeInvite), RequestId, Uuid],
);
export type RevokeInvite = Named<typeof RevokeInvite>;

const Code = Type.String({ minLength: 1, maxLength: 64 });

/** The group that an invitation leads to. */
export const GetInvitation = named(
  'GetInvitation',
  ['opcode', 'requestId', 'conversationId', 'code'],
  [Type.Literal(opcodes.invitation), RequestId, Uuid, Code],
);
export type GetInvitation = Named<typeof GetInvitation>;

export const InvitationDetails = named(
  'InvitationDetails',
  ['opcode', 'requestId', 'conversationId', 'name', 'description', 'memberCount', 'isMember'],
  [Type.Literal(opcodes.invitationDetails), RequestId, Uuid, Text, Text, Count, Type.Boolean()],
);
export type InvitationDetails = Named<typeof InvitationDetails>;

/** Joins by an invitation; answered by conversation. Who is a member already stays one. */
export const Join = named(
  'Join',
  ['opcode', 'requestId', 'conversationId', 'code'],
  [Type.Literal(opcodes.join), RequestId, Uuid, Code],
);
export type Join = Named<typeof Join>;

export const ListMembers = named(
  'ListMembers',
  ['opcode', 'requestId', 'conversationId'],
  [Type.Literal(opcodes.members), RequestId, Uuid],
);
export type ListMembers = Named<typeof ListMembers>;

export const Member = named('Member', ['userId', 'handle', 'displayName', 'role'], [Uuid, Text, Text, Role]);
export type Member = Named<typeof Member>;

/** All members, in the order in which they came. */
export const MemberList = named(
  'MemberList',
  ['opcode', 'requestId', 'conversationId', 'members'],
  [Type.Literal(opcodes.memberList), RequestId, Uuid, Type.Array(Member)],
);
export type MemberList = Named<typeof MemberList>;
