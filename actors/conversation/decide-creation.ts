// How conversations begin. Pure.
import type { ConversationCreated } from '../../protocol/events/conversation-event.ts';
import { wireError, type WireError } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { CreateGroup, OpenDirect } from './commands.ts';
import type { ConversationState } from './state.ts';

/** Null: it is there already (DM-1). */
export function decideOpenDirect(
  state: ConversationState,
  { by, peer }: OpenDirect,
  nowMs: number,
): ConversationCreated | null {
  if (state.status !== 'absent') return null;
  return {
    seq: 1,
    atMs: nowMs,
    type: 'created',
    by,
    kind: 'direct',
    memberIds: [by, peer],
    name: '',
    description: '',
    avatarId: null,
  };
}

/** Null: it is there already; its id comes from the creator and the key, so this is a repeat. */
export function decideCreateGroup(
  state: ConversationState,
  { by, memberIds, name, description, avatarId }: CreateGroup,
  nowMs: number,
): ConversationCreated | WireError | null {
  if (state.status !== 'absent') return null;
  const members = [...new Set([by, ...memberIds])];
  if (members.length < limits.groupMembersMin) return wireError('group_too_small');
  if (members.length > limits.groupMembersMax) return wireError('group_full');
  if (name.trim() === '') return wireError('name_empty');
  return {
    seq: 1,
    atMs: nowMs,
    type: 'created',
    by,
    kind: 'group',
    memberIds: members,
    name: name.trim(),
    description: description.trim(),
    avatarId,
  };
}
