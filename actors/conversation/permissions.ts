// Permissions in a conversation. For people who do not belong to it, it does not exist (ACC-2).
import { accept, refuse, type Reply } from '../runtime/reply.ts';
import type { ConversationState, KnownConversation } from './state.ts';

/** The open conversation, for someone who belongs to it; null: for the server itself. */
export function visibleTo(state: ConversationState, userId: string | null): Reply<KnownConversation> {
  if (state.status === 'absent') return refuse('conversation_not_found');
  if (userId !== null && !state.members.has(userId)) return refuse('conversation_not_found');
  return state.status === 'deleted' ? refuse('conversation_deleted') : accept(state);
}

/** The open group, for one of its admins (GRP-2). */
export function administeredBy(state: ConversationState, userId: string): Reply<KnownConversation> {
  const group = groupOf(state, userId);
  return !group.ok || isAdmin(group.value, userId) ? group : refuse('not_an_admin');
}

/** The open group, for one of its members. */
export function groupOf(state: ConversationState, userId: string): Reply<KnownConversation> {
  const visible = visibleTo(state, userId);
  return !visible.ok || visible.value.kind === 'group' ? visible : refuse('not_a_group');
}

export function isAdmin(state: KnownConversation, userId: string): boolean {
  return state.members.get(userId) === 'admin';
}

export function isLastAdmin(state: KnownConversation, userId: string): boolean {
  if (!isAdmin(state, userId)) return false;
  for (const [other, role] of state.members) if (role === 'admin' && other !== userId) return false;
  return true;
}
