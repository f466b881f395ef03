// WebP (RFC 9649): chunks in a RIFF container; the frames of an animation hold chunks of their own.
import { isUpright, orientationExif } from './orientation.ts';
import { Unsure } from './unsure.ts';

const kept = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
const keptInFrame = new Set(['VP8 ', 'VP8L', 'ALPH']);
/** Of VP8X. */
const exifFlag = 0x08;
const xmpFlag = 0x04;
const headBytes = 12;
/** Place, size, duration and flags of a frame. */
const frameHeadBytes = 16;

export function stripWebp(content: Buffer, orientation: number): Buffer {
  if (content.toString('latin1', 0, 4) !== 'RIFF' || content.toString('latin1', 8, 12) !== 'WEBP')
    throw new Unsure('no WebP');
  const end = 8 + content.readUInt32LE(4);
  if (end > content.length) throw new Unsure('the container is longer than the file');
  const turned = !isUpright(orientation);
  const chunks: Buffer[] = [];
  for (const { type, body } of chunksIn(content.subarray(headBytes, end), kept)) {
    if (type === 'VP8X') chunks.push(chunk(type, withFlags(body, turned)));
    else if (type === 'ANMF') chunks.push(chunk(type, stripFrame(body)));
    else chunks.push(chunk(type, body));
  }
  if (chunks[0] === undefined) throw new Unsure('nothing in it');
  // Only the extended format has a place for the orientation.
  if (turned && chunks[0].toString('latin1', 0, 4) !== 'VP8X') throw new Unsure('turned without saying so');
  if (turned) chunks.push(chunk('EXIF', orientationExif(orientation)));
  const body = Buffer.concat(chunks);
  const head = Buffer.from(content.subarray(0, headBytes));
  head.writeUInt32LE(4 + body.length, 4);
  return Buffer.concat([head, body]);
}

function stripFrame(body: Buffer): Buffer {
  const chunks = [...chunksIn(body.subarray(frameHeadBytes), keptInFrame)];
  return Buffer.concat([
    body.subarray(0, frameHeadBytes),
    ...chunks.map(({ type, body: inner }) => chunk(type, inner)),
  ]);
}

function* chunksIn(content: Buffer, allowed: ReadonlySet<string>): Generator<{ type: string; body: Buffer }> {
  for (let at = 0; at < content.length;) {
    const type = content.toString('latin1', at, at + 4);
    const length = content.readUInt32LE(at + 4);
    if (at + 8 + length > content.length) throw new Unsure('a chunk is longer than the file');
    if (allowed.has(type)) yield { type, body: content.subarray(at + 8, at + 8 + length) };
    at += 8 + length + (length % 2);
  }
}

function withFlags(body: Buffer, hasExif: boolean): Buffer {
  const changed = Buffer.from(body);
  changed[0] = (changed.readUInt8(0) & ~(exifFlag | xmpFlag)) | (hasExif ? exifFlag : 0);
  return changed;
}

function chunk(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 0, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}
