// Reads a client's frame: decodes it, checks it against the schema of its opcode, and gives its places their names.
// Compiled (0.1 µs a frame), which needs `new Function`: the server only; a browser's content security policy forbids it.
import { TypeCompiler, type TypeCheck } from '@sinclair/typebox/compiler';
import type { TSchema } from '@sinclair/typebox';
import { decode, decodeUntrusted, FrameFault } from './codec/codec.ts';
import { fromWire } from './codec/named.ts';
import { ClientFrame } from './frames/client-frames.ts';
import { RequestId } from './frames/fields.ts';

const checks = new Map<number, TypeCheck<TSchema>>(
  ClientFrame.anyOf.map((schema) => [schema.items[0].const, TypeCompiler.Compile(schema)]),
);
const named = fromWire(ClientFrame);
const requestIdMax = RequestId.maximum!;

export type Checked =
  | { ok: true; frame: ClientFrame }
  | { ok: false; requestId: number; code: 'invalid_frame' | 'unknown_opcode' };

/** Null when the bytes are malformed. Texts that are no UTF-8 are a wrong field: what an editor left, not a broken program. */
export function readClientFrame(bytes: Uint8Array): Checked | null {
  try {
    return checkClientFrame(decodeUntrusted(bytes));
  } catch (error) {
    if (!(error instanceof FrameFault)) throw error;
    return error.fault === 'not_utf8' ? refusedFrame(decode(bytes)) : null;
  }
}

export function checkClientFrame(value: readonly unknown[]): Checked {
  if (checks.get(value[0] as number)?.Check(value) && value.every(isStorable))
    return { ok: true, frame: named(value as never) };
  return refusedFrame(value);
}

function refusedFrame(value: readonly unknown[]): Checked {
  const id = value[1];
  const usable = typeof id === 'number' && Number.isInteger(id) && id >= 0 && id <= requestIdMax;
  const requestId = usable ? id : 0;
  return { ok: false, requestId, code: checks.has(value[0] as number) ? 'invalid_frame' : 'unknown_opcode' };
}

/** PostgreSQL stores neither a NUL nor half of a surrogate pair: journaled, such a text could never be projected. */
function isStorable(field: unknown): boolean {
  return typeof field !== 'string' || (!field.includes('\0') && field.isWellFormed());
}
