// The kinds of content, apart from the code that decodes it, which workers never load.

/** Pictures that browsers show in place, by the decoder; anything else, SVG and HTML above all, is only downloaded. */
export const decoderOf = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/avif': 'heif',
} as const;
export type PictureType = keyof typeof decoderOf;

export const fileTypeUnknown = 'application/octet-stream';

export function isPictureType(type: string): type is PictureType {
  return Object.hasOwn(decoderOf, type);
}
