// The first frame on a socket: version handshake and authentication in one.
import type { Named } from '../codec/named.ts';
import { limits } from '../limits.ts';
import { opcodes } from '../opcodes.ts';
import { named, RequestId, Text, TimeMs, Token, Uuid } from './fields.ts';
import { Type } from './schema.ts';

export const Hello = named(
  'Hello',
  ['opcode', 'requestId', 'protocolVersion', 'accessToken', 'deviceId', 'clientName'],
  [
    Type.Literal(opcodes.hello),
    RequestId,
    Type.Integer({ minimum: 0, maximum: 65535 }),
    Token,
    Uuid,
    Type.String({ maxLength: limits.deviceNameLengthMax }),
  ],
);
export type Hello = Named<typeof Hello>;

export const Welcome = named(
  'Welcome',
  [
    'opcode',
    'requestId',
    'userId',
    'handle',
    'displayName',
    'serverTimeMs',
    'tokenExpiresAtMs',
    'schemaHash',
  ],
  [Type.Literal(opcodes.welcome), RequestId, Uuid, Text, Text, TimeMs, TimeMs, Text],
);
export type Welcome = Named<typeof Welcome>;
