// The fields that making and changing a group have in common: picture, name and description.
import './groups.css';
import { useId, useRef } from 'react';
import { limits } from '../../../protocol/limits.ts';
import { usePicture } from '../session/files/use-picture.ts';
import { GroupAvatar } from '../theme/group-avatar.tsx';
import { pictureTypes } from './avatar-choice.ts';
import type { FormProgress, GroupForm } from './use-group-form.ts';

interface GroupFieldsProps {
  readonly form: GroupForm;
  /** Null for a group to be. */
  readonly groupId: string | null;
}

export function GroupFields({ form, groupId }: GroupFieldsProps) {
  const id = useId();
  const { name, description } = form;
  return (
    <>
      <div className="group-head">
        <AvatarField form={form} groupId={groupId} />
        <div className="field">
          <label htmlFor={`${id}-name`}>Name</label>
          <input
            id={`${id}-name`}
            data-autofocus=""
            type="text"
            required
            maxLength={limits.groupNameLengthMax}
            autoComplete="off"
            value={name}
            onChange={(event) => form.setName(event.target.value)}
          />
        </div>
      </div>
      <div className="field">
        <label htmlFor={`${id}-description`}>
          Description <span>optional</span>
        </label>
        <textarea
          id={`${id}-description`}
          rows={2}
          maxLength={limits.groupDescriptionLengthMax}
          value={description}
          onChange={(event) => form.setDescription(event.target.value)}
        />
      </div>
    </>
  );
}

function AvatarField({ form, groupId }: GroupFieldsProps) {
  const { avatar, name, choosePicture } = form;
  const file = useRef<HTMLInputElement>(null);
  const kept = usePicture(groupId ?? '', avatar.name === 'kept' ? avatar.id : null);
  const picture = avatar.name === 'chosen' ? avatar.url : kept;
  const has = avatar.name === 'chosen' || avatar.id !== null;
  return (
    <div className="avatar-field">
      <button
        type="button"
        className="avatar-button"
        aria-label={has ? 'Change the picture' : 'Choose a picture'}
        title={has ? 'Change the picture' : 'Choose a picture'}
        onClick={() => file.current?.click()}
      >
        <GroupAvatar id={groupId ?? ''} name={name} picture={picture} />
      </button>
      <button
        type="button"
        className="link"
        onClick={() => (has ? choosePicture(null) : file.current?.click())}
      >
        {has ? 'Remove' : 'Picture'}
      </button>
      <input
        ref={file}
        hidden
        type="file"
        data-testid="group-picture"
        accept={pictureTypes}
        onChange={(event) => {
          const [chosen] = event.target.files ?? [];
          if (chosen) choosePicture(chosen);
          event.target.value = '';
        }}
      />
    </div>
  );
}

/** How far it has come, or why not further; `hint` stands there while nothing else does. */
export function FormStatus({
  progress,
  hint,
}: {
  readonly progress: FormProgress;
  readonly hint: string | null;
}) {
  if (progress.name === 'writing' && progress.failure !== null) {
    return (
      <p className="dialog-failure" role="alert">
        {progress.failure}
      </p>
    );
  }
  return (
    <p className="dialog-hint" role="status">
      {progress.name === 'uploading' && `Sending the picture… ${Math.round(progress.part * 100)} %`}
      {progress.name === 'saving' && 'One moment…'}
      {progress.name === 'writing' && hint}
    </p>
  );
}
