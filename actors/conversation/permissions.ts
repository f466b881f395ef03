// Permissions in a conversation. For people who do not belong to it, it does not exist (ACC-2).
import { wireError, type WireError } from '../../protocol/errors.ts';
import type { ConversationState, KnownConversation } from './state.ts';

/** The open conversation, for someone who belongs to it; null: for the server itself. */
export function visibleTo(state: ConversationState, userId: string | null): KnownConversation | WireError {
  if (state.status === 'absent') return wireError('conversation_not_found');
  if (userId !== null && !state.members.has(userId)) return wireError('conversation_not_found');
  return state.status === 'deleted' ? wireError('conversation_deleted') : state;
}

/** The open group, for one of its admins (GRP-2). */
export function administeredBy(state: ConversationState, userId: string): KnownConversation | WireError {
  const group = groupOf(state, userId);
  if ('code' in group) return group;
  return isAdmin(group, userId) ? group : wireError('not_an_admin');
}

/** The open group, for one of its members. */
export function groupOf(state: ConversationState, userId: string): KnownConversation | WireError {
  const visible = visibleTo(state, userId);
  if ('code' in visible || visible.kind === 'group') return visible;
  return wireError('not_a_group');
}

export function isAdmin(state: KnownConversation, userId: string): boolean {
  return state.members.get(userId) === 'admin';
}

export function isLastAdmin(state: KnownConversation, userId: string): boolean {
  if (!isAdmin(state, userId)) return false;
  for (const [other, role] of state.members) if (role === 'admin' && other !== userId) return false;
  return true;
}
