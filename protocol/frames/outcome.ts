// The two answers that any request can get: done without a value, or refused.
import { Type, type Static } from '@sinclair/typebox';
import { opcodes } from '../opcodes.ts';
import { Nullable, RequestId, Text } from './fields.ts';

/** [done, requestId] */
export const Done = Type.Tuple([Type.Literal(opcodes.done), RequestId]);
export type Done = Static<typeof Done>;

/** [error, requestId, code, message, retryAfterMs | null]; codes are in errors.ts. */
export const Refused = Type.Tuple([
  Type.Literal(opcodes.error),
  RequestId,
  Text,
  Text,
  Nullable(Type.Integer({ minimum: 0 })),
]);
export type Refused = Static<typeof Refused>;
