// Form about a group, and its submission: first the picture, then the rest. A failure leaves everything as
// it was written, to be sent again.
import { useEffect, useRef, useState } from 'react';
import type { GroupProfile } from '../../../protocol/client/index.ts';
import { useSession } from '../session/use-chat.ts';
import { saySo } from '../session/say-so.ts';
import { unfitPicture, type AvatarChoice } from './avatar-choice.ts';

export type FormProgress =
  | { readonly name: 'writing'; readonly failure: string | null }
  | { readonly name: 'uploading'; readonly part: number }
  | { readonly name: 'saving' };

export interface GroupForm {
  readonly name: string;
  readonly description: string;
  readonly avatar: AvatarChoice;
  readonly progress: FormProgress;
  readonly setName: (name: string) => void;
  readonly setDescription: (description: string) => void;
  /** Null takes the picture away. */
  readonly choosePicture: (file: File | null) => void;
  /** @param save rejects when the server refuses; what it says is shown */
  readonly send: (save: (profile: GroupProfile) => Promise<void>) => Promise<void>;
}

export function useGroupForm(initial: GroupProfile): GroupForm {
  const session = useSession();
  const [name, setName] = useState(initial.name);
  const [description, setDescription] = useState(initial.description);
  const [avatar, setAvatar] = useState<AvatarChoice>({ name: 'kept', id: initial.avatarId });
  const [progress, setProgress] = useState<FormProgress>({ name: 'writing', failure: null });
  const leaving = useRef<AbortController>(null);
  const url = avatar.name === 'chosen' ? avatar.url : null;

  useEffect(() => () => leaving.current?.abort(), []);
  useEffect(() => {
    return url === null ? undefined : () => URL.revokeObjectURL(url);
  }, [url]);

  const choosePicture = (file: File | null) => {
    const failure = file && unfitPicture(file);
    setProgress({ name: 'writing', failure });
    if (failure !== null) return;
    setAvatar(
      file
        ? { name: 'chosen', file, url: URL.createObjectURL(file), uploadId: null }
        : { name: 'kept', id: null },
    );
  };
  const uploaded = async (signal: AbortSignal): Promise<string | null> => {
    if (avatar.name === 'kept') return avatar.id;
    if (avatar.uploadId !== null) return avatar.uploadId;
    const tell = (part: number) => setProgress({ name: 'uploading', part });
    tell(0);
    const uploadId = await session.upload(avatar.file, signal, tell);
    setAvatar({ ...avatar, uploadId });
    return uploadId;
  };
  const send = async (save: (profile: GroupProfile) => Promise<void>) => {
    const { signal } = (leaving.current = new AbortController());
    setProgress({ name: 'saving' });
    try {
      const avatarId = await uploaded(signal);
      setProgress({ name: 'saving' });
      await save({ name: name.trim(), description: description.trim(), avatarId });
    } catch (error) {
      if (!signal.aborted) setProgress({ name: 'writing', failure: saySo(error) });
    }
  };
  return { name, description, avatar, progress, setName, setDescription, choosePicture, send };
}
