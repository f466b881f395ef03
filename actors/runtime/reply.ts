// Answers of actors to commands.
import { wireError, type ErrorCode, type WireError } from '../../protocol/errors.ts';
import { bounds } from './bounds.ts';
import type { JournalRefusal } from './journal-port.ts';

export type Reply<Value = unknown> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: WireError };

export function accept<Value>(value: Value): Reply<Value> {
  return { ok: true, value };
}

/** Thrown by a store that has more to do than it can: it was not asked at all. */
export class StoreBusy extends Error {
  override readonly name = 'StoreBusy';
}

/** For who needed a store that could not answer. */
export function refusalOf(error: unknown): Reply<never> {
  return refuse(error instanceof StoreBusy ? 'overloaded' : 'unavailable', bounds.overloadedRetryAfterMs);
}

/** For who wanted something stored that the journal does not take now. */
export function refusedBy(refusal: JournalRefusal): Reply<never> {
  const { overloadedRetryAfterMs, storageFullRetryAfterMs } = bounds;
  return refuse(refusal, refusal === 'storage_full' ? storageFullRetryAfterMs : overloadedRetryAfterMs);
}

export function refuse(code: ErrorCode, retryAfterMs: number | null = null): Reply<never> {
  return { ok: false, error: wireError(code, retryAfterMs) };
}
