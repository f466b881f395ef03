// The protocol's error codes: stable, one line of advice each. A frame that fails is answered with
// `[error, requestId, code, message, retryAfterMs]`; REST answers carry the same codes.
import { limits } from './limits.ts';

export const errorCodes = {
  invalid_frame: { retryable: false, message: 'The frame does not match its schema.' },
  unknown_opcode: { retryable: false, message: 'No request has this opcode in this protocol version.' },
  already_authenticated: { retryable: false, message: 'Say hello once; use reauthenticate for a new token.' },
  unauthenticated: { retryable: false, message: 'The token was refused. Sign in again.' },
  session_unknown: {
    retryable: false,
    message: 'This token names no sign-in that could be ended alone. Sign out everywhere instead.',
  },
  token_of_other_user: {
    retryable: false,
    message: 'The new token belongs to another user. Open a new socket.',
  },
  rate_limited: { retryable: true, message: 'Too many requests. Wait as long as retryAfterMs says.' },
  overloaded: { retryable: true, message: 'The server is busy. Wait as long as retryAfterMs says.' },
  unavailable: { retryable: true, message: 'A part that this needs is down. Try again shortly.' },
  storage_full: {
    retryable: true,
    message: 'The server has no room to store this; reading goes on. Wait as long as retryAfterMs says.',
  },
  timeout: { retryable: true, message: 'No answer in time. Repeat it with the same key.' },
  predecessor_missing: {
    retryable: true,
    message: 'The message named in prev has not arrived. Send both, in order.',
  },
  body_too_large: { retryable: false, message: 'The message is longer than allowed.' },
  body_empty: { retryable: false, message: 'A message needs a visible character or an attachment.' },
  key_invalid: { retryable: false, message: 'The idempotency key must be a UUID of version 7.' },
  key_from_future: { retryable: false, message: "The key's time is ahead of the server. Correct the clock." },
  key_reused: { retryable: false, message: 'This key was used for another message. Use a fresh key.' },
  conversation_not_found: { retryable: false, message: 'There is no such conversation for you.' },
  conversation_deleted: { retryable: false, message: 'This conversation was deleted.' },
  not_a_group: { retryable: false, message: 'Only groups have members that come and go.' },
  not_an_admin: { retryable: false, message: 'Only an admin of the group may do this.' },
  not_a_platform_admin: { retryable: false, message: 'Only an administrator of this server may do this.' },
  last_admin: { retryable: false, message: 'A group needs an admin. Make someone else one first.' },
  group_full: { retryable: false, message: 'A group has at most 500 members.' },
  group_too_small: { retryable: false, message: 'A group begins with at least 3 members, you among them.' },
  name_empty: { retryable: false, message: 'A group needs a name with at least one visible character.' },
  not_a_member: { retryable: false, message: 'This person is not a member of the group.' },
  invitation_invalid: {
    retryable: false,
    message: 'This invitation is not valid any more. Ask for a new one.',
  },
  message_not_found: { retryable: false, message: 'There is no such message.' },
  message_deleted: { retryable: false, message: 'This message was deleted.' },
  not_the_author: { retryable: false, message: 'Only its author may do this to a message.' },
  too_late: { retryable: false, message: 'A message can be changed for 15 minutes only.' },
  too_many_edits: { retryable: false, message: 'This message was edited as often as one may be.' },
  emoji_invalid: { retryable: false, message: 'A reaction is exactly one emoji.' },
  too_many_emojis: { retryable: false, message: 'This message carries as many different emoji as it may.' },
  blocked: { retryable: false, message: 'One of you has blocked the other.' },
  user_not_found: { retryable: false, message: 'There is no such user.' },
  peer_is_self: { retryable: false, message: 'A direct conversation needs someone else.' },
  too_many_subscriptions: { retryable: false, message: 'This socket holds as many subscriptions as it may.' },
  too_many_devices: { retryable: false, message: 'Remove a device before adding another.' },
  invalid_request: { retryable: false, message: 'The HTTP request is malformed. Its detail says where.' },
  upload_not_found: { retryable: false, message: 'There is no such upload or attachment for you.' },
  upload_incomplete: { retryable: false, message: 'The upload is not complete. Send the rest of it first.' },
  upload_offset_mismatch: {
    retryable: false,
    message: 'The upload stands at another offset. Ask for it with HEAD and go on from there.',
  },
  upload_already_attached: {
    retryable: false,
    message: 'This upload is in a message already. Upload the file again for another.',
  },
  upload_too_fragmented: { retryable: false, message: 'The upload came in too many pieces. Begin it anew.' },
  upload_quota_exceeded: {
    retryable: false,
    message: 'Too many uploads are in no message yet. Send or delete some first.',
  },
  attachment_too_large: { retryable: false, message: 'The file is larger than allowed.' },
  attachment_type_refused: {
    retryable: false,
    message: 'The content is a damaged or oversized picture, or no content at all.',
  },
  outbox_full: {
    retryable: false,
    message: `${limits.outboxMessagesMax} messages wait to be sent. Connect, or discard some.`,
  },
  outbox_unavailable: {
    retryable: false,
    message: 'This device could not keep the message, so it was not sent. Make room, then try again.',
  },
  discarded: { retryable: false, message: 'The message was discarded before it was sent.' },
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

/** Error that the SDK throws for a refused request. */
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
