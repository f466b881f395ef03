// One member of a group: who, as what, whether they are there, and what can be done about them.
import { useState } from 'react';
import { useChat, useSession } from '../session/use-chat.ts';
import { Confirm } from '../overlay/confirm.tsx';
import { Menu } from '../overlay/menu.tsx';
import { PresenceDot } from '../presence/presence-dot.tsx';
import { goTo, pathOf } from '../routing/location.ts';
import type { GroupMember } from '../store/member-lists.ts';
import type { Conversation } from '../store/state.ts';
import { Avatar } from '../theme/avatar.tsx';
import { MoreIcon } from '../theme/icons.tsx';
import { ConfirmBlock } from './block-person.tsx';
import { actionLabels, actionsFor, type MemberAction } from './member-actions.ts';
import { Name } from '../theme/name.tsx';
import { isolated } from '../../../protocol/text/visible.ts';

interface MemberRowProps {
  readonly conversation: Conversation;
  readonly member: GroupMember;
  readonly myId: string;
  readonly onFailure: (error: unknown) => void;
}

export function MemberRow({ conversation, member, myId, onFailure }: MemberRowProps) {
  const session = useSession();
  const blocks = useChat((state) => state.blocked.has(member.userId));
  const [asking, setAsking] = useState<'remove' | 'block' | null>(null);
  const { userId, handle, displayName, role } = member;
  const { id, details } = conversation;

  const message = async () => goTo(pathOf(await session.openDirect(userId)));
  const work: Readonly<Record<MemberAction, () => Promise<void> | void>> = {
    message,
    promote: () => session.groups.setRole(id, userId, 'admin'),
    demote: () => session.groups.setRole(id, userId, 'member'),
    remove: () => setAsking('remove'),
    block: () => setAsking('block'),
    unblock: () => session.block(userId, false),
  };
  const items = actionsFor(member, { userId: myId, role: details.role, blocks }).map((action) => ({
    label: actionLabels[action],
    danger: action === 'remove' || action === 'block',
    onChoose: () => void Promise.resolve(work[action]()).catch(onFailure),
  }));
  return (
    <li className="person" data-testid="member" data-handle={handle} data-role={role}>
      <span className="with-presence">
        <Avatar userId={userId} name={displayName} />
        <PresenceDot userId={userId} />
      </span>
      <span className="names">
        <span className="name">
          <Name>{displayName}</Name>
          {userId === myId && ' (you)'}
        </span>
        <span className="handle">@{handle}</span>
      </span>
      {blocks && <span className="badge">blocked</span>}
      {role === 'admin' && <span className="badge">admin</span>}
      {items.length > 0 && (
        <Menu label={`Actions for ${isolated(displayName)}`} items={items}>
          <MoreIcon />
        </Menu>
      )}
      {asking === 'remove' && (
        <Confirm
          title={`Remove ${isolated(displayName)}?`}
          action="Remove from group"
          onConfirm={() => session.groups.remove(id, userId)}
          onClose={() => setAsking(null)}
        >
          <p>They get nothing more from the group from now on. What they wrote stays.</p>
        </Confirm>
      )}
      {asking === 'block' && <ConfirmBlock person={member} onClose={() => setAsking(null)} />}
    </li>
  );
}
