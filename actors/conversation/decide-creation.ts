// How conversations begin. Pure.
import type { ConversationCreated } from '../../protocol/events/conversation-event.ts';
import { limits } from '../../protocol/limits.ts';
import { cleanName } from '../../protocol/text/visible.ts';
import { happens, refused, unchanged, type Decision } from '../runtime/decision.ts';
import { accept, refuse, type Reply } from '../runtime/reply.ts';
import type { CreateGroup, OpenDirect } from './commands.ts';
import type { ConversationState } from './state.ts';

/** Unchanged: it is there already (DM-1). */
export function decideOpenDirect(
  state: ConversationState,
  { by, peer }: OpenDirect,
  nowMs: number,
): Decision<ConversationCreated> {
  if (state.status !== 'absent') return unchanged;
  return happens({
    seq: 1,
    atMs: nowMs,
    type: 'created',
    by,
    kind: 'direct',
    memberIds: [by, peer],
    name: '',
    description: '',
    avatarId: null,
  });
}

/** Unchanged: it is there already; its id comes from the creator and the key, so this is a repeat. */
export function decideCreateGroup(
  state: ConversationState,
  { by, memberIds, askedIds = [], name: typed, description, avatarId }: CreateGroup,
  nowMs: number,
): Decision<ConversationCreated> {
  if (state.status !== 'absent') return unchanged;
  const members = [...new Set([by, ...memberIds])];
  const count = new Set([...members, ...askedIds]).size;
  if (count < limits.groupMembersMin) return refused('group_too_small');
  if (count > limits.groupMembersMax) return refused('group_full');
  const name = groupName(typed);
  if (!name.ok) return { kind: 'refused', error: name.error };
  return happens({
    seq: 1,
    atMs: nowMs,
    type: 'created',
    by,
    kind: 'group',
    memberIds: members,
    name: name.value,
    description: description.trim(),
    avatarId,
  });
}

/** Name of a group as it is kept. Composed (NFC) a few characters become two, so that a name may grow beyond its bound. */
export function groupName(typed: string): Reply<string> {
  const name = cleanName(typed);
  if (name === '') return refuse('name_empty');
  return name.length > limits.groupNameLengthMax ? refuse('invalid_frame') : accept(name);
}
