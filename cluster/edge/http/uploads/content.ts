// Inspection of an uploaded file (MSG-7). Its type is read from its first bytes, whatever its name says; one that
// says it is a picture of a kind that browsers show must be decodable to the end and within bounds. Runs in a process
// of its own (content-process.ts): decoders of pictures are where hostile files aim.
import { fileTypeFromBuffer } from 'file-type';
import sharp from 'sharp';
import { limits } from '../../../../protocol/limits.ts';
import { decoderOf, fileTypeUnknown, isPictureType, type PictureType } from './content-types.ts';
import { strip } from './metadata/strip.ts';
import { Unsure } from './metadata/unsure.ts';

export type Inspection =
  | {
      readonly kind: 'picture';
      readonly type: PictureType;
      readonly width: number;
      readonly height: number;
      /** WebP. */
      readonly preview: Uint8Array;
      /** The picture without what a camera wrote into it; null: it is clean as it came. */
      readonly cleaned: Uint8Array | null;
    }
  | { readonly kind: 'file'; readonly type: string }
  | { readonly kind: 'refused'; readonly reason: string };

const gifSignature = /^GIF8[79]a/;
const typeLengthMax = 100;
const previewQuality = 75;
const cleanedQuality = 90;

// One thread for one picture, nothing kept between pictures, and no decoder but those for the types above.
sharp.concurrency(1);
sharp.cache(false);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Nsgif', 'Webp', 'Heif'].map((decoder) => `VipsForeignLoad${decoder}Buffer`),
});

export async function inspect(content: Uint8Array): Promise<Inspection> {
  const type = (await typeOf(content)) ?? fileTypeUnknown;
  if (!isPictureType(type)) return { kind: 'file', type: type.slice(0, typeLengthMax) };
  try {
    return await inspectPicture(content, type);
  } catch {
    return refused('The picture is damaged or incomplete.');
  }
}

async function typeOf(content: Uint8Array): Promise<string | undefined> {
  try {
    const type = (await fileTypeFromBuffer(content))?.mime;
    // Three letters are enough for file-type; a text may begin with them.
    return type === 'image/gif' && !gifSignature.test(startOf(content)) ? undefined : type;
  } catch {
    // Cut off within what would have told its type.
    return undefined;
  }
}

async function inspectPicture(content: Uint8Array, type: PictureType): Promise<Inspection> {
  const options = { failOn: 'error', limitInputPixels: limits.imagePixelsMax } as const;
  const animated = sharp(content, { ...options, limitInputPixels: false, animated: true });
  const { format, compression, width, height, pageHeight, autoOrient, orientation } =
    await animated.metadata();
  if (format !== decoderOf[type] || (format === 'heif' && compression !== 'av1'))
    return refused('The picture is of another kind than it says.');
  const frameHeight = pageHeight ?? height;
  if (width * height > limits.imagePixelsMax || Math.max(width, frameHeight) > limits.imageSideMax)
    return refused(
      `The picture is too large: ${limits.imagePixelsMax} pixels are allowed, and ${limits.imageSideMax} on a side.`,
    );
  const side = limits.previewSideMax;
  // Reads all of the first frame, and so proves that it can be decoded.
  const preview = await sharp(content, options)
    .autoOrient()
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: previewQuality })
    .toBuffer();
  const isAnimation = height !== frameHeight;
  const cleaned = await withoutMetadata(content, type, { orientation: orientation ?? 1, isAnimation });
  const size = isAnimation ? { width, height: frameHeight } : autoOrient;
  return { kind: 'picture', type, width: size.width, height: size.height, preview, cleaned };
}

/** Null when there was nothing in it but the picture. */
async function withoutMetadata(
  content: Uint8Array,
  type: PictureType,
  { orientation, isAnimation }: { orientation: number; isAnimation: boolean },
): Promise<Uint8Array | null> {
  try {
    const stripped = strip(content, type, orientation);
    return stripped.equals(content) ? null : stripped;
  } catch (error) {
    if (!(error instanceof Unsure)) throw error;
    return encodeAnew(content, type, isAnimation);
  }
}

/** Encodes the picture anew, without metadata: for files whose structure is not understood. */
function encodeAnew(content: Uint8Array, type: PictureType, isAnimation: boolean): Promise<Buffer> {
  const picture = sharp(content, {
    failOn: 'error',
    limitInputPixels: limits.imagePixelsMax,
    animated: isAnimation,
  }).keepIccProfile();
  // The metadata said which side is up.
  const upright = isAnimation ? picture : picture.autoOrient();
  switch (type) {
    case 'image/jpeg':
      return upright.jpeg({ quality: cleanedQuality }).toBuffer();
    case 'image/png':
      return upright.png().toBuffer();
    case 'image/webp':
      return upright.webp({ quality: cleanedQuality }).toBuffer();
    case 'image/avif':
      return upright.avif({ quality: 70, effort: 2 }).toBuffer();
    case 'image/gif':
      return upright.gif().toBuffer();
  }
}

function startOf(content: Uint8Array): string {
  return Buffer.from(content.subarray(0, 16)).toString('latin1');
}

function refused(reason: string): Inspection {
  return { kind: 'refused', reason };
}
