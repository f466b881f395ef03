// A message into a conversation. Idempotent by its key: a repeat gets the first answer (MSG-4).
import type { Named } from '../codec/named.ts';
import { limits } from '../limits.ts';
import { opcodes } from '../opcodes.ts';
import { named, Nullable, RequestId, Seq, Text, TimeMs, Uuid } from './fields.ts';
import { Type } from './schema.ts';

/** People whom a message names, besides those whom it names by `@handle` (MEN-1). */
export const MentionIds = Type.Array(Uuid, { maxItems: limits.mentionsPerMessageMax });

/**
 * `prev` is the key of the sender's message before this one in the conversation, while that one is not acknowledged
 * yet: the server stores them in this order (OFF-3). `replyTo` is the sequence number of the message that this one
 * answers. `attachmentIds` are finished uploads.
 */
export const Send = named(
  'Send',
  ['opcode', 'requestId', 'conversationId', 'key', 'body', 'prev', 'replyTo', 'mentions', 'attachmentIds'],
  [
    Type.Literal(opcodes.send),
    RequestId,
    Uuid,
    Uuid,
    Text,
    Nullable(Uuid),
    Nullable(Seq),
    MentionIds,
    Type.Array(Uuid, { maxItems: limits.attachmentsPerMessageMax }),
  ],
);
export type Send = Named<typeof Send>;

/** The message is durable (MSG-2), and this is its place. */
export const Accepted = named(
  'Accepted',
  ['opcode', 'requestId', 'conversationId', 'key', 'seq', 'ordinal', 'atMs'],
  [Type.Literal(opcodes.accepted), RequestId, Uuid, Uuid, Seq, Seq, TimeMs],
);
export type Accepted = Named<typeof Accepted>;
