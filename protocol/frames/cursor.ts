// How far this user has received and read a conversation. Monotone: a lower value changes nothing.
import { Type, type Static } from '@sinclair/typebox';
import { opcodes } from '../opcodes.ts';
import { RequestId, Seq, Uuid } from './fields.ts';

/** [cursor, requestId, conversationId, deliveredSeq, readSeq]; answered by done. */
export const MoveCursor = Type.Tuple([Type.Literal(opcodes.cursor), RequestId, Uuid, Seq, Seq]);
export type MoveCursor = Static<typeof MoveCursor>;
