// Groups: making one, who belongs to it, what it is called, and inviting people.
import type { ErrorCode } from '../../../../../protocol/errors.ts';
import { Conversation } from '../../../../../protocol/frames/conversations.ts';
import { InvitationDetails, Invite, MemberList } from '../../../../../protocol/frames/groups.ts';
import { opcodes } from '../../../../../protocol/opcodes.ts';
import { Count, named, Text } from '../../../../../protocol/frames/fields.ts';
import type { Operation } from '../operation.ts';
import { unseen } from './paging.ts';

const one = '/v1/conversations/{conversationId}';
const member = `${one}/members/{userId}`;

const administering: readonly ErrorCode[] = [...unseen, 'not_a_group', 'not_an_admin'];
const picturing: readonly ErrorCode[] = [
  'name_empty',
  'upload_not_found',
  'upload_incomplete',
  'upload_already_attached',
  'attachment_type_refused',
];

/** No more than the link's sender says with it: who the members are, and what they say of the group, is for accounts. */
const InvitationGlimpse = named('InvitationGlimpse', ['name', 'memberCount'], [Text, Count]);

export const groupRoutes: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/conversations',
    operationId: 'createGroup',
    summary: 'Create a group',
    description:
      'You are its first admin; `memberIds` are the others, at least two. Repeat a request that got no answer with ' +
      'the same `key` (or header Idempotency-Key), and there is one group.',
    tag: 'Groups',
    opcode: opcodes.createGroup,
    keyed: true,
    defaults: { description: '', avatarId: null },
    status: 201,
    answer: Conversation,
    refusals: [...unseen, ...picturing, 'key_invalid', 'group_too_small', 'group_full', 'user_not_found'],
  },
  {
    method: 'put',
    path: `${one}/profile`,
    operationId: 'updateGroup',
    summary: 'Change the name, description and avatar of a group',
    description: 'For admins. Replaces all three.',
    tag: 'Groups',
    opcode: opcodes.updateGroup,
    defaults: { description: '', avatarId: null },
    status: 204,
    answer: null,
    refusals: [...administering, ...picturing],
  },
  {
    method: 'delete',
    path: one,
    operationId: 'deleteConversation',
    summary: 'Delete a group',
    description: 'For admins. It refuses every command from then on (GRP-5).',
    tag: 'Groups',
    opcode: opcodes.deleteConversation,
    status: 204,
    answer: null,
    refusals: administering,
  },
  {
    method: 'get',
    path: `${one}/members`,
    operationId: 'listMembers',
    summary: 'List all members, in the order in which they came',
    tag: 'Groups',
    opcode: opcodes.members,
    status: 200,
    answer: MemberList,
    etag: true,
    refusals: unseen,
  },
  {
    method: 'post',
    path: `${one}/members`,
    operationId: 'addMembers',
    summary: 'Add members',
    description: 'For admins. Who is a member already stays one.',
    tag: 'Groups',
    opcode: opcodes.addMembers,
    status: 204,
    answer: null,
    refusals: [...administering, 'group_full', 'user_not_found'],
  },
  {
    method: 'delete',
    path: member,
    operationId: 'removeMember',
    summary: 'Remove a member, or leave',
    description:
      'For admins; anyone may remove themselves. Once it is answered, nothing more reaches them (GRP-4).',
    tag: 'Groups',
    opcode: opcodes.removeMember,
    status: 204,
    answer: null,
    refusals: [...administering, 'last_admin'],
  },
  {
    method: 'put',
    path: `${member}/role`,
    operationId: 'setRole',
    summary: 'Make a member an admin, or an admin a member',
    description: 'For admins.',
    tag: 'Groups',
    opcode: opcodes.setRole,
    status: 204,
    answer: null,
    refusals: [...administering, 'not_a_member', 'last_admin'],
  },
  {
    method: 'post',
    path: `${one}/invitation`,
    operationId: 'createInvite',
    summary: 'Make an invitation, in place of the one before',
    description: 'For admins. Whoever has the code may join; it is shown here once and never again.',
    tag: 'Groups',
    opcode: opcodes.createInvite,
    status: 201,
    answer: Invite,
    refusals: administering,
  },
  {
    method: 'get',
    path: `${one}/invitation`,
    operationId: 'getInvitation',
    summary: 'See what you are invited to',
    tag: 'Groups',
    opcode: opcodes.invitation,
    status: 200,
    answer: InvitationDetails,
    refusals: [...unseen, 'invitation_invalid'],
  },
  {
    method: 'get',
    path: '/v1/invitations/{conversationId}',
    operationId: 'glimpseInvitation',
    summary: 'See which group an invitation leads to, before signing in',
    description: 'The name and the number of members, for whoever has the code. Limited by address.',
    tag: 'Groups',
    opcode: opcodes.invitation,
    open: true,
    status: 200,
    answer: InvitationGlimpse,
    refusals: ['invitation_invalid'],
  },
  {
    method: 'delete',
    path: `${one}/invitation`,
    operationId: 'revokeInvite',
    summary: 'Make the invitation void',
    description: 'For admins.',
    tag: 'Groups',
    opcode: opcodes.revokeInvite,
    status: 204,
    answer: null,
    refusals: administering,
  },
  {
    method: 'post',
    path: `${one}/join`,
    operationId: 'joinGroup',
    summary: 'Join by an invitation',
    tag: 'Groups',
    opcode: opcodes.join,
    status: 200,
    answer: Conversation,
    refusals: [...unseen, 'invitation_invalid', 'group_full'],
  },
];
