// The three things that a pure decision on a command may come to.
import { wireError, type ErrorCode, type WireError } from '../../protocol/errors.ts';

export type Decision<Event> =
  | { readonly kind: 'happens'; readonly event: Event }
  /** It is so already: nothing happens, and the command is answered as if it had. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly error: WireError };

export const unchanged: Decision<never> = { kind: 'unchanged' };

export function happens<Event>(event: Event): Decision<Event> {
  return { kind: 'happens', event };
}

export function refused(code: ErrorCode): Decision<never> {
  return { kind: 'refused', error: wireError(code) };
}
