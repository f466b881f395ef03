// Decisions on commands about a group's members and profile (GRP-1 to GRP-5). Pure.
import type { ConversationEvent } from '../../protocol/events/conversation-event.ts';
import { limits } from '../../protocol/limits.ts';
import { happens, refused, unchanged, type Decision } from '../runtime/decision.ts';
import type { AddMembers, ChangeGroup, Join, RemoveMember, SetRole } from './commands.ts';
import { groupName } from './decide-creation.ts';
import { administeredBy, groupOf, isLastAdmin } from './permissions.ts';
import type { ConversationState, KnownConversation } from './state.ts';

type Change = Decision<ConversationEvent>;

export function decideChangeGroup(state: ConversationState, command: ChangeGroup, nowMs: number): Change {
  if (command.type === 'join') return decideJoin(state, command, nowMs);
  if (command.type === 'remove_member') return decideRemove(state, command, nowMs);
  const administered = administeredBy(state, command.by);
  if (!administered.ok) return { kind: 'refused', error: administered.error };
  const group = administered.value;
  const next = { seq: group.headSeq + 1, atMs: Math.max(nowMs, group.lastAtMs), by: command.by };
  switch (command.type) {
    case 'add_members':
      return decideAdd(group, command, nowMs);
    case 'set_role':
      return decideRole(group, command, nowMs);
    case 'update_profile': {
      const { avatarId } = command;
      const named = groupName(command.name);
      if (!named.ok) return { kind: 'refused', error: named.error };
      const [name, description] = [named.value, command.description.trim()];
      const same = name === group.name && description === group.description && avatarId === group.avatarId;
      return same ? unchanged : happens({ ...next, type: 'profileChanged', name, description, avatarId });
    }
    case 'set_invite':
      if (command.codeHash === group.inviteHash) return unchanged;
      return happens({ ...next, type: 'inviteChanged', codeHash: command.codeHash });
    case 'delete_conversation':
      return happens({ ...next, type: 'conversationDeleted' });
  }
}

function decideAdd(group: KnownConversation, { by, userIds }: AddMembers, nowMs: number): Change {
  const added = [...new Set(userIds)].filter((userId) => !group.members.has(userId));
  if (added.length === 0) return unchanged;
  if (group.members.size + added.length > limits.groupMembersMax) return refused('group_full');
  const atMs = Math.max(nowMs, group.lastAtMs);
  return happens({
    seq: group.headSeq + 1,
    atMs,
    type: 'membersAdded',
    by,
    userIds: added,
    headOrdinal: group.headOrdinal,
  });
}

/** Leaving is removing oneself. The last admin hands over first, unless nobody is left to hand over to (GRP-2). */
function decideRemove(state: ConversationState, { by, userId }: RemoveMember, nowMs: number): Change {
  const found = by === userId ? groupOf(state, by) : administeredBy(state, by);
  if (!found.ok) return { kind: 'refused', error: found.error };
  const group = found.value;
  if (!group.members.has(userId)) return unchanged;
  if (isLastAdmin(group, userId) && group.members.size > 1) return refused('last_admin');
  const atMs = Math.max(nowMs, group.lastAtMs);
  return happens({ seq: group.headSeq + 1, atMs, type: 'memberRemoved', by, userId });
}

function decideRole(group: KnownConversation, { by, userId, role }: SetRole, nowMs: number): Change {
  const present = group.members.get(userId);
  if (present === undefined) return refused('not_a_member');
  if (present === role) return unchanged;
  if (isLastAdmin(group, userId)) return refused('last_admin');
  const atMs = Math.max(nowMs, group.lastAtMs);
  return happens({ seq: group.headSeq + 1, atMs, type: 'roleChanged', by, userId, role });
}

function decideJoin(state: ConversationState, { by, codeHash }: Join, nowMs: number): Change {
  if (state.status === 'absent') return refused('invitation_invalid');
  if (state.members.has(by)) return state.status === 'deleted' ? refused('conversation_deleted') : unchanged;
  if (state.inviteHash === null || state.inviteHash !== codeHash) return refused('invitation_invalid');
  return decideAdd(state, { type: 'add_members', by, userIds: [by] }, nowMs);
}
