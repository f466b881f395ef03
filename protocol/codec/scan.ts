// Looks over the bytes of a frame before they are decoded: depth, number of values, lengths, that only nil,
// booleans, numbers, strings, binaries and arrays occur, and that strings are UTF-8. A decoder would recurse into a
// hostile frame, build what it announces, revive extension types, or put other characters in the place of broken
// ones; after this scan it meets nothing of the kind.

export type ScanFault =
  'truncated' | 'trailing' | 'too_deep' | 'too_many_values' | 'forbidden_type' | 'not_utf8';

export interface ScanLimits {
  readonly depthMax: number;
  readonly valuesMax: number;
}

/** Returns what is wrong with one MessagePack value that should fill `bytes`, or null; what breaks the frame before broken texts. */
export function scan(bytes: Uint8Array, { depthMax, valuesMax }: ScanLimits): ScanFault | null {
  const remaining: number[] = [1];
  let position = 0;
  let values = 0;
  let fault: ScanFault | null = null;
  while (remaining.length > 0) {
    const top = remaining.length - 1;
    if (remaining[top] === 0) {
      remaining.pop();
      continue;
    }
    remaining[top]!--;
    if (++values > valuesMax) return 'too_many_values';
    if (position >= bytes.length) return 'truncated';
    const size = sizeOf(bytes, position);
    if (size === forbidden) return 'forbidden_type';
    position += size.bytes;
    if (position > bytes.length) return 'truncated';
    if (fault === null && size.text > 0 && !isUtf8(bytes, position - size.text, position)) fault = 'not_utf8';
    if (size.elements > 0) {
      if (remaining.length > depthMax) return 'too_deep';
      if (size.elements > valuesMax) return 'too_many_values';
      remaining.push(size.elements);
    }
  }
  return position === bytes.length ? fault : 'trailing';
}

const strict = new TextDecoder('utf-8', { fatal: true });

/** Plain ASCII, as ids and most texts are, needs no decoder. */
function isUtf8(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from;
  while (at < to && bytes[at]! < 0x80) at++;
  return at === to || isDecodable(bytes.subarray(at, to));
}

function isDecodable(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

interface Size {
  /** Bytes of the header and of the scalar's content. */
  bytes: number;
  /** Elements that follow, for an array. */
  elements: number;
  /** Bytes of a string, the last ones of `bytes`. */
  text: number;
}

const forbidden = null;

// One object for all answers: the scan runs for every frame.
const answer: Size = { bytes: 0, elements: 0, text: 0 };
function size(bytes: number, elements = 0, text = 0): Size {
  answer.bytes = bytes;
  answer.elements = elements;
  answer.text = text;
  return answer;
}

function sizeOf(bytes: Uint8Array, at: number): Size | null {
  const tag = bytes[at]!;
  if (tag <= 0x7f || tag >= 0xe0) return size(1);
  if (tag <= 0x8f) return forbidden; // fixmap
  if (tag <= 0x9f) return size(1, tag & 0x0f);
  if (tag <= 0xbf) return size(1 + (tag & 0x1f), 0, tag & 0x1f);
  return sizeOfTagged(bytes, at, tag);
}

/** Scalars of a fixed size, by tag. */
const scalarBytes: Readonly<Record<number, number>> = {
  0xc0: 1,
  0xc2: 1,
  0xc3: 1,
  0xca: 5,
  0xcb: 9,
  0xcc: 2,
  0xcd: 3,
  0xce: 5,
  0xcf: 9,
  0xd0: 2,
  0xd1: 3,
  0xd2: 5,
  0xd3: 9,
};
/** Bytes of the length that follows a bin (c4-c6), str (d9-db) or array (dc, dd) tag. */
const lengthBytes: Readonly<Record<number, number>> = {
  0xc4: 1,
  0xc5: 2,
  0xc6: 4,
  0xd9: 1,
  0xda: 2,
  0xdb: 4,
  0xdc: 2,
  0xdd: 4,
};

function sizeOfTagged(bytes: Uint8Array, at: number, tag: number): Size | null {
  const fixed = scalarBytes[tag];
  if (fixed !== undefined) return size(fixed);
  const width = lengthBytes[tag];
  if (width === undefined) return forbidden; // maps, extensions, the unused tag
  if (at + 1 + width > bytes.length) return size(1 + width); // seen as truncated by the caller
  let length = 0;
  for (let i = 0; i < width; i++) length = length * 256 + bytes[at + 1 + i]!;
  if (tag >= 0xdc) return size(1 + width, length);
  return size(1 + width + length, 0, tag >= 0xd9 ? length : 0);
}
