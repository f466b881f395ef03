// Changing what a group is called and looks like; for its admins (GRP-2).
import { useSession } from '../session/use-chat.ts';
import { Dialog } from '../overlay/dialog.tsx';
import type { Conversation } from '../store/state.ts';
import { FormStatus, GroupFields } from './group-fields.tsx';
import { useGroupForm } from './use-group-form.ts';

interface EditGroupProps {
  readonly conversation: Conversation;
  readonly onClose: () => void;
}

export function EditGroup({ conversation, onClose }: EditGroupProps) {
  const { groups } = useSession();
  const { id, details } = conversation;
  const form = useGroupForm(details);
  const busy = form.progress.name !== 'writing';
  const nameless = form.name.trim() === '';
  const save = () =>
    form.send(async (profile) => {
      await groups.update(id, profile);
      onClose();
    });
  return (
    <Dialog title="Edit group" onClose={onClose} busy={busy}>
      <form
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!nameless && !busy) void save();
        }}
      >
        <GroupFields form={form} groupId={id} />
        <FormStatus progress={form.progress} hint={nameless ? 'Give the group a name.' : null} />
        <div className="dialog-actions">
          <button type="button" className="button" disabled={busy} onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            className="button primary"
            data-testid="save-group"
            disabled={busy || nameless}
          >
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}
