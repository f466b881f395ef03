// JPEG (ITU-T T.81, annex B): a list of segments, with the compressed picture after each start of scan.
import { isUpright, orientationExif } from './orientation.ts';
import { Unsure } from './unsure.ts';

const startOfImage = 0xd8;
const endOfImage = 0xd9;
const startOfScan = 0xda;
const app0 = 0xe0;
const app1 = 0xe1;
const app2 = 0xe2;
const app14 = 0xee;

/** DHT, SOF0 to SOF15 without the reserved ones, DQT, DNL, DRI: what a decoder needs. */
const isOfPicture = (marker: number) =>
  (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8) ||
  marker === startOfScan ||
  [0xdb, 0xdc, 0xdd].includes(marker);
/** Fill, restart markers and stuffed zeros belong to the data of a scan. */
const isWithinScan = (marker: number) =>
  marker === 0 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd7);

export function stripJpeg(content: Buffer, orientation: number): Buffer {
  if (content.readUInt16BE(0) !== 0xff00 + startOfImage) throw new Unsure('no JPEG');
  const kept: Buffer[] = [content.subarray(0, 2)];
  if (!isUpright(orientation))
    kept.push(
      segment(app1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), orientationExif(orientation)])),
    );
  for (let at = 2; ;) {
    if (content.readUInt8(at) !== 0xff) throw new Unsure('no marker where one should be');
    const marker = content.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === endOfImage) {
      kept.push(content.subarray(at, at + 2));
      return Buffer.concat(kept);
    }
    const end = at + 2 + content.readUInt16BE(at + 2);
    if (end > content.length) throw new Unsure('a segment is longer than the file');
    const body = content.subarray(at + 4, end);
    if (isOfPicture(marker) || isColour(marker, body)) kept.push(content.subarray(at, end));
    else if (marker === app0 && startsWith(body, 'JFIF\0')) kept.push(segment(app0, withoutThumbnail(body)));
    at = end;
    if (marker !== startOfScan) continue;
    at = endOfScan(content, end);
    kept.push(content.subarray(end, at));
  }
}

/** The colour profile, and Adobe's note of how colours are stored: without them the picture looks wrong. */
function isColour(marker: number, body: Buffer): boolean {
  if (marker === app2) return startsWith(body, 'ICC_PROFILE\0');
  return marker === app14 && startsWith(body, 'Adobe') && body.length === 12;
}

/** JFIF's version, density and no thumbnail. */
function withoutThumbnail(body: Buffer): Buffer {
  const jfif = Buffer.alloc(14);
  body.copy(jfif, 0, 0, 12);
  return jfif;
}

function endOfScan(content: Buffer, from: number): number {
  for (let at = from; ; at += 2) {
    at = content.indexOf(0xff, at);
    if (at === -1 || at + 1 >= content.length) throw new Unsure('the picture has no end');
    if (!isWithinScan(content.readUInt8(at + 1))) return at;
    // A fill byte may be followed by the marker itself.
    if (content.readUInt8(at + 1) === 0xff) at -= 1;
  }
}

function segment(marker: number, body: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

function startsWith(body: Buffer, text: string): boolean {
  return body.toString('latin1', 0, text.length) === text;
}
