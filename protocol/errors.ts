// The protocol's error codes: stable, one line of advice each. A frame that fails is answered with
// `[error, requestId, code, message, retryAfterMs]`; REST answers carry the same codes.

export const errorCodes = {
  invalid_frame: { retryable: false, message: 'The frame does not match its schema.' },
  unknown_opcode: { retryable: false, message: 'No request has this opcode in this protocol version.' },
  already_authenticated: { retryable: false, message: 'Say hello once; use reauthenticate for a new token.' },
  unauthenticated: { retryable: false, message: 'The token was refused. Sign in again.' },
  token_of_other_user: {
    retryable: false,
    message: 'The new token belongs to another user. Open a new socket.',
  },
  rate_limited: { retryable: true, message: 'Too many requests. Wait as long as retryAfterMs says.' },
  overloaded: { retryable: true, message: 'The server is busy. Wait as long as retryAfterMs says.' },
  unavailable: { retryable: true, message: 'A part that this needs is down. Try again shortly.' },
  timeout: { retryable: true, message: 'No answer in time. Repeat it with the same key.' },
  predecessor_missing: {
    retryable: true,
    message: 'The message named in prev has not arrived. Send both, in order.',
  },
  body_too_large: { retryable: false, message: 'The message is longer than allowed.' },
  body_empty: { retryable: false, message: 'A message needs at least one visible character.' },
  key_invalid: { retryable: false, message: 'The idempotency key must be a UUID of version 7.' },
  key_from_future: { retryable: false, message: "The key's time is ahead of the server. Correct the clock." },
  key_reused: { retryable: false, message: 'This key was used for another message. Use a fresh key.' },
  conversation_not_found: { retryable: false, message: 'There is no such conversation for you.' },
  user_not_found: { retryable: false, message: 'There is no such user.' },
  peer_is_self: { retryable: false, message: 'A direct conversation needs someone else.' },
  too_many_subscriptions: { retryable: false, message: 'This socket holds as many subscriptions as it may.' },
  too_many_devices: { retryable: false, message: 'Remove a device before adding another.' },
  internal: { retryable: true, message: 'Something broke on the server. It has been logged.' },
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** A refusal that goes to the client as it is. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfterMs: number | null;
}

export function wireError(code: ErrorCode, retryAfterMs: number | null = null): WireError {
  return { code, message: errorCodes[code].message, retryAfterMs };
}

/** What the SDK throws for a refused request. */
export class RequestError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterMs: number | null;
  constructor(error: WireError) {
    super(error.message);
    this.name = 'RequestError';
    this.code = error.code;
    this.retryAfterMs = error.retryAfterMs;
  }
  get retryable(): boolean {
    return isRetryable(this.code);
  }
}

export function isRetryable(code: string): boolean {
  return Object.hasOwn(errorCodes, code) && errorCodes[code as ErrorCode].retryable;
}
