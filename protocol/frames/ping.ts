// Liveness as the application sees it, and the server's clock. Browsers cannot send WebSocket pings.
import { Type, type Static } from '@sinclair/typebox';
import { opcodes } from '../opcodes.ts';
import { RequestId, TimeMs } from './fields.ts';

/** [ping, requestId] */
export const Ping = Type.Tuple([Type.Literal(opcodes.ping), RequestId]);
export type Ping = Static<typeof Ping>;

/** [pong, requestId, serverTimeMs] */
export const Pong = Type.Tuple([Type.Literal(opcodes.pong), RequestId, TimeMs]);
export type Pong = Static<typeof Pong>;
