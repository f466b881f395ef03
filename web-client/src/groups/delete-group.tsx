// Deleting a group for everyone (GRP-5). Nothing brings it back, so that its name has to be typed.
import { useState } from 'react';
import { useSession } from '../session/use-chat.ts';
import { Confirm } from '../overlay/confirm.tsx';
import type { Conversation } from '../store/state.ts';
import { Name } from '../theme/name.tsx';

interface DeleteGroupProps {
  readonly conversation: Conversation;
  readonly onClose: () => void;
}

export function DeleteGroup({ conversation, onClose }: DeleteGroupProps) {
  const { groups } = useSession();
  const [typed, setTyped] = useState('');
  const { id, details } = conversation;
  return (
    <Confirm
      title="Delete the group?"
      action="Delete for everyone"
      enabled={typed.trim().toLowerCase() === details.name.trim().toLowerCase()}
      onConfirm={() => groups.delete(id)}
      onClose={onClose}
    >
      <p>
        Everything written in{' '}
        <strong>
          <Name>{details.name}</Name>
        </strong>{' '}
        is gone for all of its members. This cannot be undone.
      </p>
      <div className="field">
        <label htmlFor="delete-name">Type the name of the group to go on</label>
        <input
          id="delete-name"
          type="text"
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
    </Confirm>
  );
}
