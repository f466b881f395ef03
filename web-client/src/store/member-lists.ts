// Members of the conversations that someone has looked into: the whole list, once it was asked for. Those who leave
// or get another role change it at once; for those who come it is asked for again, since events name them by id only.
import type { ConversationEvent, Role } from '../../../protocol/client/index.ts';
import type { Person } from './state.ts';

export interface GroupMember extends Person {
  readonly role: Role;
}

export type MemberList =
  | { readonly name: 'loading' }
  | { readonly name: 'failed'; readonly reason: string }
  | { readonly name: 'loaded'; readonly members: readonly GroupMember[] };

export type MemberLists = ReadonlyMap<string, MemberList>;

export type MemberListAction = {
  readonly type: 'memberList';
  readonly id: string;
  readonly list: MemberList;
};

export function reduceMemberList(lists: MemberLists, { id, list }: MemberListAction): MemberLists {
  // The shown list stays until there is a newer one.
  if (list.name !== 'loaded' && lists.get(id)?.name === 'loaded') return lists;
  return new Map(lists).set(id, list);
}

export function memberListsAfter(lists: MemberLists, id: string, event: ConversationEvent): MemberLists {
  const list = lists.get(id);
  if (list?.name !== 'loaded') return lists;
  const members = membersAfter(list.members, event);
  return members === list.members ? lists : new Map(lists).set(id, { name: 'loaded', members });
}

function membersAfter(members: readonly GroupMember[], event: ConversationEvent): readonly GroupMember[] {
  switch (event.type) {
    case 'memberRemoved':
      return members.filter(({ userId }) => userId !== event.userId);
    case 'roleChanged': {
      const { userId, role } = event;
      return members.map((member) => (member.userId === userId ? { ...member, role } : member));
    }
    default:
      return members;
  }
}
