// Adding people to a group; for its admins (GRP-2). They see what was said before (GRP-3), which is said here.
import { useState } from 'react';
import { limits } from '../../../protocol/limits.ts';
import { useSession } from '../session/use-chat.ts';
import { Dialog } from '../overlay/dialog.tsx';
import { saySo } from '../session/say-so.ts';
import { PeoplePicker } from '../people/people-picker.tsx';
import { useContacts } from '../people/use-contacts.ts';
import type { GroupMember } from '../store/member-lists.ts';
import type { Conversation, Person } from '../store/state.ts';
import { FormStatus } from './group-fields.tsx';
import type { FormProgress } from './use-group-form.ts';

interface AddPeopleProps {
  readonly conversation: Conversation;
  readonly members: readonly GroupMember[];
  readonly onClose: () => void;
}

export function AddPeople({ conversation, members, onClose }: AddPeopleProps) {
  const { groups } = useSession();
  const contacts = useContacts();
  const [chosen, setChosen] = useState<readonly Person[]>([]);
  const [progress, setProgress] = useState<FormProgress>({ name: 'writing', failure: null });
  const busy = progress.name !== 'writing';
  const room = limits.groupMembersMax - conversation.details.memberCount;

  const add = async () => {
    setProgress({ name: 'saving' });
    try {
      await groups.add(
        conversation.id,
        chosen.map(({ userId }) => userId),
      );
      onClose();
    } catch (error) {
      setProgress({ name: 'writing', failure: saySo(error) });
    }
  };
  const hint =
    room > 0 ? 'They will see what was written before.' : 'The group has as many members as it may.';
  return (
    <Dialog title="Add people" onClose={onClose} busy={busy}>
      <PeoplePicker
        label="Find people to add"
        chosen={chosen}
        onChange={setChosen}
        leftOut={new Set(members.map(({ userId }) => userId))}
        suggested={contacts}
        most={room}
        autoFocus
      />
      <FormStatus progress={progress} hint={hint} />
      <div className="dialog-actions">
        <button type="button" className="button" disabled={busy} onClick={onClose}>
          Cancel
        </button>
        <button
          type="button"
          className="button primary"
          data-testid="add-chosen"
          disabled={busy || chosen.length === 0}
          onClick={() => void add()}
        >
          {chosen.length > 1 ? `Add ${chosen.length} people` : 'Add'}
        </button>
      </div>
    </Dialog>
  );
}
