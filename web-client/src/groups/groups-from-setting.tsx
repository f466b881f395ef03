// Choosing who may add this person to groups without asking (ACC-5).
import './groups.css';
import { useState } from 'react';
import type { GroupsFrom } from '../../../protocol/client/index.ts';
import { saySo } from '../session/say-so.ts';
import { useChat, useSession } from '../session/use-chat.ts';

const choices: readonly (readonly [GroupsFrom, string])[] = [
  ['everyone', 'Everyone'],
  ['contacts', 'People whom I have written to'],
  ['nobody', 'Nobody'],
];

export function GroupsFromSetting() {
  const { groupRequests } = useSession();
  const { groupsFrom } = useChat((state) => state.groupRequests);
  const [failure, setFailure] = useState<string | null>(null);
  const choose = (choice: GroupsFrom) => {
    setFailure(null);
    groupRequests.setGroupsFrom(choice).catch((error: unknown) => setFailure(saySo(error)));
  };
  return (
    <>
      <fieldset className="choices">
        <legend>Who may add you to groups without asking?</legend>
        {choices.map(([choice, label]) => (
          <label key={choice}>
            <input
              type="radio"
              name="groups-from"
              value={choice}
              checked={groupsFrom === choice}
              onChange={() => choose(choice)}
            />
            {label}
          </label>
        ))}
      </fieldset>
      <p className={failure ? 'dialog-failure' : 'dialog-hint'} role="status">
        {failure ?? 'Others can ask you, and you decide.'}
      </p>
    </>
  );
}
