// Making a group (GRP-1): what it is called, and who is in it. The key is made with the dialog, so that sending it again
// after a failure makes one group, whatever became of the first attempt.
import { useState } from 'react';
import { limits } from '../../../protocol/limits.ts';
import { useSession } from '../session/use-chat.ts';
import { Dialog } from '../overlay/dialog.tsx';
import { PeoplePicker } from '../people/people-picker.tsx';
import { useContacts } from '../people/use-contacts.ts';
import { goTo, pathOf } from '../routing/location.ts';
import type { Person } from '../store/state.ts';
import { FormStatus, GroupFields } from './group-fields.tsx';
import { whyNotYet } from './group-rules.ts';
import { useGroupForm } from './use-group-form.ts';

const nothing = { name: '', description: '', avatarId: null };
const nobody: ReadonlySet<string> = new Set();

export function NewGroup({ onClose }: { readonly onClose: () => void }) {
  const { groups } = useSession();
  const contacts = useContacts();
  const form = useGroupForm(nothing);
  const [chosen, setChosen] = useState<readonly Person[]>([]);
  const [key] = useState(() => groups.newKey());
  const busy = form.progress.name !== 'writing';
  const missing = whyNotYet(form.name, chosen.length);

  const create = () =>
    form.send(async (profile) => {
      const memberIds = chosen.map(({ userId }) => userId);
      const id = await groups.create(memberIds, profile, key);
      onClose();
      goTo(pathOf(id));
    });
  return (
    <Dialog title="New group" onClose={onClose} busy={busy}>
      <form
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (missing === null && !busy) void create();
        }}
      >
        <GroupFields form={form} groupId={null} />
        <div className="field">
          <span className="field-label">
            Members
            <span data-testid="member-count">
              {chosen.length + 1} of {limits.groupMembersMax}, you among them
            </span>
          </span>
          <PeoplePicker
            label="Find people to add"
            chosen={chosen}
            onChange={setChosen}
            leftOut={nobody}
            suggested={contacts}
            most={limits.groupMembersMax - 1}
          />
        </div>
        <FormStatus progress={form.progress} hint={missing} />
        <div className="dialog-actions">
          <button type="button" className="button" disabled={busy} onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            className="button primary"
            data-testid="create-group"
            disabled={busy || missing !== null}
          >
            Create group
          </button>
        </div>
      </form>
    </Dialog>
  );
}
