// Decisions on commands about a group's members and profile (GRP-1 to GRP-5). Pure.
import type { ConversationEvent } from '../../protocol/events/conversation-event.ts';
import { wireError, type WireError } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { AddMembers, ChangeGroup, Join, RemoveMember, SetRole } from './commands.ts';
import { administeredBy, groupOf, isLastAdmin } from './permissions.ts';
import type { ConversationState, KnownConversation } from './state.ts';

/** Null: it is so already. */
export type Decision = ConversationEvent | WireError | null;

export function decideChangeGroup(state: ConversationState, command: ChangeGroup, nowMs: number): Decision {
  if (command.type === 'join') return decideJoin(state, command, nowMs);
  if (command.type === 'remove_member') return decideRemove(state, command, nowMs);
  const group = administeredBy(state, command.by);
  if ('code' in group) return group;
  const next = { seq: group.headSeq + 1, atMs: Math.max(nowMs, group.lastAtMs), by: command.by };
  switch (command.type) {
    case 'add_members':
      return decideAdd(group, command, nowMs);
    case 'set_role':
      return decideRole(group, command, nowMs);
    case 'update_profile': {
      const { avatarId } = command;
      const [name, description] = [command.name.trim(), command.description.trim()];
      if (name === '') return wireError('name_empty');
      const same = name === group.name && description === group.description && avatarId === group.avatarId;
      return same ? null : { ...next, type: 'profileChanged', name, description, avatarId };
    }
    case 'set_invite':
      if (command.codeHash === group.inviteHash) return null;
      return { ...next, type: 'inviteChanged', codeHash: command.codeHash };
    case 'delete_conversation':
      return { ...next, type: 'conversationDeleted' };
  }
}

function decideAdd(group: KnownConversation, { by, userIds }: AddMembers, nowMs: number): Decision {
  const added = [...new Set(userIds)].filter((userId) => !group.members.has(userId));
  if (added.length === 0) return null;
  if (group.members.size + added.length > limits.groupMembersMax) return wireError('group_full');
  const atMs = Math.max(nowMs, group.lastAtMs);
  return {
    seq: group.headSeq + 1,
    atMs,
    type: 'membersAdded',
    by,
    userIds: added,
    headOrdinal: group.headOrdinal,
  };
}

/** Leaving is removing oneself. The last admin hands over first, unless nobody is left to hand over to (GRP-2). */
function decideRemove(state: ConversationState, { by, userId }: RemoveMember, nowMs: number): Decision {
  const group = by === userId ? groupOf(state, by) : administeredBy(state, by);
  if ('code' in group) return group;
  if (!group.members.has(userId)) return null;
  if (isLastAdmin(group, userId) && group.members.size > 1) return wireError('last_admin');
  const atMs = Math.max(nowMs, group.lastAtMs);
  return { seq: group.headSeq + 1, atMs, type: 'memberRemoved', by, userId };
}

function decideRole(group: KnownConversation, { by, userId, role }: SetRole, nowMs: number): Decision {
  const present = group.members.get(userId);
  if (present === undefined) return wireError('not_a_member');
  if (present === role) return null;
  if (isLastAdmin(group, userId)) return wireError('last_admin');
  const atMs = Math.max(nowMs, group.lastAtMs);
  return { seq: group.headSeq + 1, atMs, type: 'roleChanged', by, userId, role };
}

function decideJoin(state: ConversationState, { by, codeHash }: Join, nowMs: number): Decision {
  if (state.status === 'absent') return wireError('invitation_invalid');
  if (state.members.has(by)) return state.status === 'deleted' ? wireError('conversation_deleted') : null;
  if (state.inviteHash === null || state.inviteHash !== codeHash) return wireError('invitation_invalid');
  return decideAdd(state, { type: 'add_members', by, userIds: [by] }, nowMs);
}
