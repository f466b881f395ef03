// Opcode and id of a request from its first bytes, without decoding the rest: what is refused anyway should cost little.

const fixArray = 0x90;
const array16 = 0xdc;
/** Bytes of an unsigned integer after its type, by the type. */
const integerBytes: Readonly<Record<number, number>> = { 0xcc: 1, 0xcd: 2, 0xce: 4 };

export interface Peeked {
  readonly opcode: number;
  readonly requestId: number;
}

/** Null for whatever is not plainly a request; decoding it says what it is. */
export function peekRequest(bytes: Uint8Array): Peeked | null {
  const head = bytes[0] ?? 0;
  const isFixArray = (head & 0xf0) === fixArray;
  if (!isFixArray && head !== array16) return null;
  const at = isFixArray ? 1 : 3;
  const opcode = bytes[at];
  if (opcode === undefined || opcode > 0x7f) return null;
  const requestId = integerAt(bytes, at + 1);
  return requestId === null || requestId === 0 ? null : { opcode, requestId };
}

function integerAt(bytes: Uint8Array, at: number): number | null {
  const type = bytes[at];
  if (type === undefined) return null;
  if (type <= 0x7f) return type;
  const length = integerBytes[type];
  if (length === undefined || at + length >= bytes.length) return null;
  let value = 0;
  for (let place = 1; place <= length; place++) value = value * 256 + bytes[at + place]!;
  return value;
}
