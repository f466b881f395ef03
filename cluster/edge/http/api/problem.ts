// Refusals over HTTP: problem details (RFC 9457) that carry the protocol's error codes, so that a client of the API
// and one of the socket act on the same words.
import { STATUS_CODES } from 'node:http';
import { errorCodes, isRetryable, type ErrorCode } from '../../../../protocol/errors.ts';

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface RefusalDetails {
  /** The exact fault, where the code's message does not say it. */
  readonly detail?: string;
  readonly retryAfterMs?: number;
  /** Where the code's own status does not fit. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown by a handler; answered as a problem. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ErrorCode;
  readonly details: RefusalDetails;
  constructor(code: ErrorCode, details: RefusalDetails = {}) {
    super(details.detail ?? errorCodes[code].message);
    this.code = code;
    this.details = details;
  }
}

/** For retryable codes that do not say when. */
const retryAfterMsDefault = 1_000;

/** 400 for those that are not here: the client's mistake. */
const statusOf: Partial<Record<ErrorCode, number>> = {
  unauthenticated: 401,
  not_an_admin: 403,
  not_a_platform_admin: 403,
  not_the_author: 403,
  blocked: 403,
  conversation_not_found: 404,
  message_not_found: 404,
  user_not_found: 404,
  not_a_member: 404,
  invitation_invalid: 404,
  upload_not_found: 404,
  key_reused: 409,
  predecessor_missing: 409,
  not_a_group: 409,
  group_full: 409,
  too_many_devices: 409,
  too_many_emojis: 409,
  too_many_edits: 409,
  last_admin: 409,
  too_late: 409,
  upload_offset_mismatch: 409,
  upload_incomplete: 409,
  upload_already_attached: 409,
  upload_too_fragmented: 409,
  conversation_deleted: 410,
  message_deleted: 410,
  body_too_large: 413,
  attachment_too_large: 413,
  attachment_type_refused: 415,
  rate_limited: 429,
  upload_quota_exceeded: 429,
  internal: 500,
  overloaded: 503,
  unavailable: 503,
  timeout: 503,
  storage_full: 507,
};

export function statusOfCode(code: ErrorCode): number {
  return statusOf[code] ?? 400;
}

export function problem(code: ErrorCode, details: RefusalDetails = {}): Answer {
  const status = details.status ?? statusOfCode(code);
  const retryAfterMs = details.retryAfterMs ?? (isRetryable(code) ? retryAfterMsDefault : null);
  const title = errorCodes[code].message;
  const detail = details.detail ?? title;
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(retryAfterMs !== null && { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) }),
      ...details.headers,
    },
    body: JSON.stringify({ type: `urn:skein:error:${code}`, title, status, code, detail, retryAfterMs }),
  };
}

export function json(value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(value),
  };
}

export function statusLine(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? 'Unknown'}`;
}
