// Events of conversations from now on, and what was missed since a cursor (OFF-4).
import { Type, type Static } from '@sinclair/typebox';
import { limits } from '../limits.ts';
import { opcodes } from '../opcodes.ts';
import { Nullable, RequestId, Seq, Text, Uuid } from './fields.ts';

/** [conversationId, epoch, afterSeq]; afterSeq null: live events only, epoch then 0. */
export const Subscription = Type.Tuple([Uuid, Seq, Nullable(Seq)]);
export type Subscription = Static<typeof Subscription>;

/** [subscribe, requestId, subscriptions] */
export const Subscribe = Type.Tuple([
  Type.Literal(opcodes.subscribe),
  RequestId,
  Type.Array(Subscription, { minItems: 1, maxItems: limits.subscribeBatchMax }),
]);
export type Subscribe = Static<typeof Subscribe>;

/** [unsubscribe, requestId, conversationIds]; answered by done. */
export const Unsubscribe = Type.Tuple([
  Type.Literal(opcodes.unsubscribe),
  RequestId,
  Type.Array(Uuid, { minItems: 1, maxItems: limits.subscribeBatchMax }),
]);
export type Unsubscribe = Static<typeof Unsubscribe>;

/** [userId, deliveredSeq, readSeq, readOrdinal] */
export const MemberCursor = Type.Tuple([Uuid, Seq, Seq, Seq]);
export type MemberCursor = Static<typeof MemberCursor>;

/**
 * `recovered`: the events after the cursor follow as event frames, up to headSeq, then the live ones.
 * `gap`: page from..to with history; live events after headSeq follow.
 */
export const SubscribeResult = Type.Union([
  Type.Tuple([Type.Literal('recovered'), Uuid, Seq, Seq, Seq, Type.Array(MemberCursor)]),
  Type.Tuple([Type.Literal('gap'), Uuid, Seq, Seq, Seq, Type.Array(MemberCursor), Seq, Seq]),
  Type.Tuple([Type.Literal('refused'), Uuid, Text, Text, Nullable(Type.Integer({ minimum: 0 }))]),
]);
export type SubscribeResult = Static<typeof SubscribeResult>;

/**
 * [subscribed, requestId, results]; a result is one of
 * ['recovered', conversationId, epoch, headSeq, headOrdinal, memberCursors],
 * ['gap', conversationId, epoch, headSeq, headOrdinal, memberCursors, from, to],
 * ['refused', conversationId, code, message, retryAfterMs].
 */
export const Subscribed = Type.Tuple([
  Type.Literal(opcodes.subscribed),
  RequestId,
  Type.Array(SubscribeResult),
]);
export type Subscribed = Static<typeof Subscribed>;

/**
 * [resubscribe, 0, conversationIds, inbox]: the server may have missed events of these, and of the inbox if true;
 * subscribe again with the cursors you have.
 */
export const Resubscribe = Type.Tuple([
  Type.Literal(opcodes.resubscribe),
  RequestId,
  Type.Array(Uuid),
  Type.Boolean(),
]);
export type Resubscribe = Static<typeof Resubscribe>;
