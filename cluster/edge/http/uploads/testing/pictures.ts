// Files for tests: pictures as cameras and programs make them, and files that pretend.
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import type { PictureType } from '../content-types.ts';

/** Noise, so that no encoder makes it small. */
export function picture(width = 320, height = 200): Sharp {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  return sharp({ create: { width, height, channels: 3, background: '#808080', noise } });
}

export async function pictures(): Promise<Record<PictureType, Buffer>> {
  return {
    'image/jpeg': await picture().jpeg().toBuffer(),
    'image/png': await picture().png().toBuffer(),
    'image/gif': await picture().gif().toBuffer(),
    'image/webp': await picture().webp().toBuffer(),
    'image/avif': await picture().avif({ effort: 0 }).toBuffer(),
  };
}

/** As a phone held upright takes it: lying on its side, with the place in its metadata. */
export function photoWithPlace(): Promise<Buffer> {
  const place = { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' };
  return picture(320, 200)
    .jpeg()
    .withExif({ IFD0: { Artist: 'Somebody' }, IFD3: place })
    .withMetadata({ orientation: 6 })
    .toBuffer();
}

export function animation(frames: number, format: 'gif' | 'webp'): Promise<Buffer> {
  const frame = (at: number) => ({
    create: { width: 60, height: 40, channels: 3 as const, background: { r: (at * 40) % 256, g: 0, b: 0 } },
  });
  const all = Array.from({ length: frames }, (_, at) => frame(at));
  // The types do not know that frames may be made like any other input.
  return sharp(all as never[], { join: { animated: true } })
    .toFormat(format)
    .toBuffer();
}

/** A PNG of a few kilobytes that says it has this many pixels; its rows are all zero. */
export function pixelBomb(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc(Math.min(50_000_000, (Math.ceil(width / 8) + 1) * height)), {
    level: 9,
  });
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.byteLength);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, sum]);
}

export const html = Buffer.from('<!doctype html><script>alert(document.cookie)</script>');
export const svg = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(1)</script></svg>',
);
/** The end-of-archive record of an empty archive. */
export const zip = Buffer.concat([Buffer.from([0x50, 0x4b, 0x05, 0x06]), Buffer.alloc(18)]);
