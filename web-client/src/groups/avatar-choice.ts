// The picture that a group is to have: the one it has, none, or a file of this device, which is uploaded when the form
// is sent and only once, however often that fails afterwards.
import { limits } from '../../../protocol/limits.ts';

export type AvatarChoice =
  | { readonly name: 'kept'; readonly id: string | null }
  | { readonly name: 'chosen'; readonly file: File; readonly url: string; readonly uploadId: string | null };

export const pictureTypes = 'image/jpeg,image/png,image/gif,image/webp,image/avif';

const mebibyte = 1024 * 1024;

/** Why this file cannot be a picture of a group, or null. */
export function unfitPicture({ type, size }: Pick<File, 'type' | 'size'>): string | null {
  if (!pictureTypes.split(',').includes(type)) return 'Choose a picture: JPEG, PNG, GIF, WebP or AVIF.';
  if (size > limits.attachmentBytesMax) {
    return `This picture is larger than ${limits.attachmentBytesMax / mebibyte} MB. Choose a smaller one.`;
  }
  return null;
}
