// A message into a conversation. Idempotent by its key: a repeat gets the first answer (MSG-4).
import { Type, type Static } from '@sinclair/typebox';
import { opcodes } from '../opcodes.ts';
import { Nullable, RequestId, Seq, Text, TimeMs, Uuid } from './fields.ts';

/**
 * [send, requestId, conversationId, key, body, prev | null]. `prev` is the key of the sender's message before this
 * one in the conversation, while that one is not acknowledged yet: the server stores them in this order (OFF-3).
 */
export const Send = Type.Tuple([Type.Literal(opcodes.send), RequestId, Uuid, Uuid, Text, Nullable(Uuid)]);
export type Send = Static<typeof Send>;

/** [accepted, requestId, conversationId, key, seq, ordinal, atMs]: the message is durable (MSG-2). */
export const Accepted = Type.Tuple([Type.Literal(opcodes.accepted), RequestId, Uuid, Uuid, Seq, Seq, TimeMs]);
export type Accepted = Static<typeof Accepted>;
