// PNG (third edition, W3C 2025): chunks with a length, a type and a checksum.
import { crc32 } from 'node:zlib';
import { isUpright, orientationExif } from './orientation.ts';
import { Unsure } from './unsure.ts';

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** The picture, its frames, its colours and its size; no text, time, place or chunk of a program's own. */
const kept = new Set([
  ...['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'acTL', 'fcTL', 'fdAT'],
  ...['cHRM', 'cICP', 'gAMA', 'iCCP', 'sBIT', 'sRGB', 'mDCV', 'cLLI', 'bKGD', 'hIST', 'pHYs'],
]);
/** Length, type and checksum. */
const overheadBytes = 12;

export function stripPng(content: Buffer, orientation: number): Buffer {
  if (!content.subarray(0, signature.length).equals(signature)) throw new Unsure('no PNG');
  const chunks: Buffer[] = [signature];
  for (let at = signature.length; ;) {
    const end = at + overheadBytes + content.readUInt32BE(at);
    if (end > content.length) throw new Unsure('a chunk is longer than the file');
    const type = content.toString('latin1', at + 4, at + 8);
    if (kept.has(type)) chunks.push(content.subarray(at, end));
    if (type === 'IHDR' && !isUpright(orientation)) chunks.push(chunk('eXIf', orientationExif(orientation)));
    if (type === 'IEND') return Buffer.concat(chunks);
    at = end;
  }
}

function chunk(type: string, body: Buffer): Buffer {
  const bytes = Buffer.alloc(overheadBytes + body.length);
  bytes.writeUInt32BE(body.length, 0);
  bytes.write(type, 4, 'latin1');
  body.copy(bytes, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + body.length)), 8 + body.length);
  return bytes;
}
