// Leaving a group (GRP-2). Who is its last admin hands over first, or deletes it: here they choose to whom.
import { useState } from 'react';
import { useSession } from '../session/use-chat.ts';
import { Confirm } from '../overlay/confirm.tsx';
import type { GroupMember } from '../store/member-lists.ts';
import type { Conversation } from '../store/state.ts';
import { Name } from '../theme/name.tsx';
import { isolated } from '../../../protocol/text/visible.ts';

interface LeaveGroupProps {
  readonly conversation: Conversation;
  readonly members: readonly GroupMember[];
  readonly myId: string;
  readonly onClose: () => void;
}

export function LeaveGroup({ conversation, members, myId, onClose }: LeaveGroupProps) {
  const { groups } = useSession();
  const [heir, setHeir] = useState('');
  const { id, details } = conversation;
  const others = members.filter(({ userId }) => userId !== myId);
  const lastAdmin =
    details.role === 'admin' && others.length > 0 && others.every(({ role }) => role === 'member');

  const leave = async () => {
    if (lastAdmin) await groups.setRole(id, heir, 'admin');
    await groups.leave(id);
  };
  return (
    <Confirm
      title="Leave the group?"
      action={lastAdmin ? 'Hand over and leave' : 'Leave'}
      enabled={!lastAdmin || heir !== ''}
      onConfirm={leave}
      onClose={onClose}
    >
      <p>
        You will get nothing more from{' '}
        <strong>
          <Name>{details.name}</Name>
        </strong>
        . What you wrote stays for the others.
      </p>
      {lastAdmin && (
        <div className="field">
          <label htmlFor="heir">You are its only admin. Choose who takes over:</label>
          <select id="heir" data-testid="heir" value={heir} onChange={(event) => setHeir(event.target.value)}>
            <option value="">Choose a member</option>
            {others.map(({ userId, handle, displayName }) => (
              <option key={userId} value={userId}>
                {isolated(displayName)} (@{handle})
              </option>
            ))}
          </select>
        </div>
      )}
    </Confirm>
  );
}
