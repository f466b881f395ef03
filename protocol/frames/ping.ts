// Liveness as the application sees it, and the server's clock. Browsers cannot send WebSocket pings.
import type { Named } from '../codec/named.ts';
import { opcodes } from '../opcodes.ts';
import { named, RequestId, TimeMs } from './fields.ts';
import { Type } from './schema.ts';

export const Ping = named('Ping', ['opcode', 'requestId'], [Type.Literal(opcodes.ping), RequestId]);
export type Ping = Named<typeof Ping>;

export const Pong = named(
  'Pong',
  ['opcode', 'requestId', 'serverTimeMs'],
  [Type.Literal(opcodes.pong), RequestId, TimeMs],
);
export type Pong = Named<typeof Pong>;
