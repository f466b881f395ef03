// What an actor answers a command with.
import { wireError, type ErrorCode, type WireError } from '../../protocol/errors.ts';

export type Reply<Value = unknown> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: WireError };

export function accept<Value>(value: Value): Reply<Value> {
  return { ok: true, value };
}

export function refuse(code: ErrorCode, retryAfterMs: number | null = null): Reply<never> {
  return { ok: false, error: wireError(code, retryAfterMs) };
}
