// A fresh token in place, without losing the socket (ACC-2).
import { Type, type Static } from '@sinclair/typebox';
import { opcodes } from '../opcodes.ts';
import { RequestId, TimeMs, Token } from './fields.ts';

/** [reauthenticate, requestId, accessToken]; answered by done. */
export const Reauthenticate = Type.Tuple([Type.Literal(opcodes.reauthenticate), RequestId, Token]);
export type Reauthenticate = Static<typeof Reauthenticate>;

/** [reauthenticateSoon, 0, tokenExpiresAtMs]: a push, a minute before the token ends. */
export const ReauthenticateSoon = Type.Tuple([Type.Literal(opcodes.reauthenticateSoon), RequestId, TimeMs]);
export type ReauthenticateSoon = Static<typeof ReauthenticateSoon>;
