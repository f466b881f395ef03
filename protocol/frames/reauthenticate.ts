// A fresh token in place, without losing the socket (ACC-2).
import type { Named } from '../codec/named.ts';
import { opcodes } from '../opcodes.ts';
import { named, RequestId, TimeMs, Token } from './fields.ts';
import { Type } from './schema.ts';

/** Answered by done. */
export const Reauthenticate = named(
  'Reauthenticate',
  ['opcode', 'requestId', 'accessToken'],
  [Type.Literal(opcodes.reauthenticate), RequestId, Token],
);
export type Reauthenticate = Named<typeof Reauthenticate>;

/** A push, a minute before the token ends. */
export const ReauthenticateSoon = named(
  'ReauthenticateSoon',
  ['opcode', 'requestId', 'tokenExpiresAtMs'],
  [Type.Literal(opcodes.reauthenticateSoon), RequestId, TimeMs],
);
export type ReauthenticateSoon = Named<typeof ReauthenticateSoon>;
