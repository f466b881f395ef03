// GIF89a: blocks, of which those with an extension label other than timing and repetition are comments, text and whatever
// a program left.
import { Unsure } from './unsure.ts';

const trailer = 0x3b;
const imageDescriptor = 0x2c;
const extension = 0x21;
const graphicControl = 0xf9;
const application = 0xff;
/** How often an animation repeats. */
const repeating = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0']);
const headBytes = 13;

export function stripGif(content: Buffer): Buffer {
  if (!/^GIF8[79]a$/.test(content.toString('latin1', 0, 6))) throw new Unsure('no GIF');
  let at = headBytes + colourTableBytes(content.readUInt8(10));
  if (at > content.length) throw new Unsure('the colours are cut off');
  const kept: Buffer[] = [content.subarray(0, at)];
  for (;;) {
    const from = at;
    const kind = content.readUInt8(at);
    if (kind === trailer) {
      kept.push(content.subarray(at, at + 1));
      return Buffer.concat(kept);
    }
    if (kind === imageDescriptor) {
      // Descriptor, its colours, and the size of the codes.
      at += 10 + colourTableBytes(content.readUInt8(at + 9)) + 1;
      at = endOfBlocks(content, at);
      kept.push(content.subarray(from, at));
    } else if (kind === extension) {
      at = endOfBlocks(content, at + 2);
      if (isKept(content, from)) kept.push(content.subarray(from, at));
    } else throw new Unsure('an unknown block');
  }
}

function isKept(content: Buffer, from: number): boolean {
  const label = content.readUInt8(from + 1);
  return (
    label === graphicControl ||
    (label === application && repeating.has(content.toString('latin1', from + 3, from + 14)))
  );
}

function colourTableBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 0x07) + 1);
}

/** Sub-blocks end with an empty one. */
function endOfBlocks(content: Buffer, from: number): number {
  let at = from;
  for (;;) {
    const length = content.readUInt8(at);
    at += 1 + length;
    if (length === 0) return at;
  }
}
