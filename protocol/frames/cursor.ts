// How far this user has received and read a conversation. Monotone: a lower value changes nothing.
import type { Named } from '../codec/named.ts';
import { opcodes } from '../opcodes.ts';
import { named, RequestId, Seq, Uuid } from './fields.ts';
import { Type } from './schema.ts';

/** Answered by done. */
export const MoveCursor = named(
  'MoveCursor',
  ['opcode', 'requestId', 'conversationId', 'deliveredSeq', 'readSeq'],
  [Type.Literal(opcodes.cursor), RequestId, Uuid, Seq, Seq],
);
export type MoveCursor = Named<typeof MoveCursor>;
