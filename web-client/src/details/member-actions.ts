// Actions that one member may take on another, by their roles (GRP-2).
import type { GroupMember } from '../store/member-lists.ts';
import type { Role } from '../../../protocol/client/index.ts';

export type MemberAction = 'message' | 'promote' | 'demote' | 'remove' | 'block' | 'unblock';

export const actionLabels: Readonly<Record<MemberAction, string>> = {
  message: 'Message',
  promote: 'Make admin',
  demote: 'Remove as admin',
  remove: 'Remove from group',
  block: 'Block',
  unblock: 'Unblock',
};

export function actionsFor(
  member: GroupMember,
  me: { readonly userId: string; readonly role: Role; readonly blocks: boolean },
): MemberAction[] {
  if (member.userId === me.userId) return [];
  const actions: MemberAction[] = ['message'];
  if (me.role === 'admin') actions.push(member.role === 'admin' ? 'demote' : 'promote', 'remove');
  actions.push(me.blocks ? 'unblock' : 'block');
  return actions;
}

/** Admins first, then by name; those whose name or handle contains what is typed. */
export function shownMembers(members: readonly GroupMember[], filter: string): GroupMember[] {
  const wanted = filter.trim().replace(/^@/, '').toLowerCase();
  const fits = ({ displayName, handle }: GroupMember) =>
    displayName.toLowerCase().includes(wanted) || handle.toLowerCase().includes(wanted);
  return members
    .filter(fits)
    .sort(
      (a, b) =>
        Number(b.role === 'admin') - Number(a.role === 'admin') || a.displayName.localeCompare(b.displayName),
    );
}
