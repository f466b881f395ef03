// Takes everything out of a picture that is not the picture: place, camera, author, comments, other pictures behind it.
// By an allow-list of segments, so that a kind of metadata nobody has thought of is taken out too. Without encoding the
// picture anew: writing a photograph of 12 megapixels anew costs hundreds of milliseconds of CPU, and quality.
import type { PictureType } from '../content-types.ts';
import { stripAvif } from './avif.ts';
import { stripGif } from './gif.ts';
import { stripJpeg } from './jpeg.ts';
import { stripPng } from './png.ts';
import { Unsure } from './unsure.ts';
import { stripWebp } from './webp.ts';

const strippers: Readonly<Record<PictureType, (content: Buffer, orientation: number) => Buffer>> = {
  'image/jpeg': stripJpeg,
  'image/png': stripPng,
  'image/webp': stripWebp,
  'image/gif': stripGif,
  'image/avif': stripAvif,
};

/**
 * The picture alone; the same bytes again where there was nothing else in the file.
 *
 * @param orientation of EXIF, 1 to 8: kept as the only tag where it turns the picture
 * @throws Unsure
 */
export function strip(content: Uint8Array, type: PictureType, orientation: number): Buffer {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  try {
    return strippers[type](bytes, orientation);
  } catch (error) {
    // Reads past the end of a file that says it is longer than it is.
    if (error instanceof RangeError) throw new Unsure(error.message);
    throw error;
  }
}
