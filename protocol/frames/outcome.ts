// The two answers that any request can get: done without a value, or refused.
import type { Named } from '../codec/named.ts';
import { opcodes } from '../opcodes.ts';
import { named, Nullable, RequestId, Text } from './fields.ts';
import { Type } from './schema.ts';

export const Done = named('Done', ['opcode', 'requestId'], [Type.Literal(opcodes.done), RequestId]);
export type Done = Named<typeof Done>;

/** Codes are in errors.ts. */
export const Refused = named(
  'Refused',
  ['opcode', 'requestId', 'code', 'message', 'retryAfterMs'],
  [Type.Literal(opcodes.error), RequestId, Text, Text, Nullable(Type.Integer({ minimum: 0 }))],
);
export type Refused = Named<typeof Refused>;
