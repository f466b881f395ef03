// Events of conversations from now on, and what was missed since a cursor (OFF-4).
import type { Named } from '../codec/named.ts';
import { limits } from '../limits.ts';
import { opcodes } from '../opcodes.ts';
import { named, Nullable, RequestId, Seq, Text, Uuid } from './fields.ts';
import { Type } from './schema.ts';

/** afterSeq null: live events only, epoch then 0. */
export const Subscription = named(
  'Subscription',
  ['conversationId', 'epoch', 'afterSeq'],
  [Uuid, Seq, Nullable(Seq)],
);
export type Subscription = Named<typeof Subscription>;

export const Subscribe = named(
  'Subscribe',
  ['opcode', 'requestId', 'subscriptions'],
  [
    Type.Literal(opcodes.subscribe),
    RequestId,
    Type.Array(Subscription, { minItems: 1, maxItems: limits.subscribeBatchMax }),
  ],
);
export type Subscribe = Named<typeof Subscribe>;

/** Answered by done. */
export const Unsubscribe = named(
  'Unsubscribe',
  ['opcode', 'requestId', 'conversationIds'],
  [
    Type.Literal(opcodes.unsubscribe),
    RequestId,
    Type.Array(Uuid, { minItems: 1, maxItems: limits.subscribeBatchMax }),
  ],
);
export type Unsubscribe = Named<typeof Unsubscribe>;

export const MemberCursor = named(
  'MemberCursor',
  ['userId', 'deliveredSeq', 'readSeq', 'readOrdinal'],
  [Uuid, Seq, Seq, Seq],
);
export type MemberCursor = Named<typeof MemberCursor>;

const head = ['result', 'conversationId', 'epoch', 'headSeq', 'headOrdinal', 'cursors'] as const;

/**
 * `recovered`: the events after the cursor follow as event frames, up to headSeq, then the live ones.
 * `gap`: page from..to with history; live events after headSeq follow.
 * With more than `receiptsMembersMax` members only the subscriber's own cursor is among the cursors.
 */
export const SubscribeResult = Type.Union([
  named('Recovered', [...head], [Type.Literal('recovered'), Uuid, Seq, Seq, Seq, Type.Array(MemberCursor)]),
  named(
    'Gap',
    [...head, 'from', 'to'],
    [Type.Literal('gap'), Uuid, Seq, Seq, Seq, Type.Array(MemberCursor), Seq, Seq],
  ),
  named(
    'SubscriptionRefused',
    ['result', 'conversationId', 'code', 'message', 'retryAfterMs'],
    [Type.Literal('refused'), Uuid, Text, Text, Nullable(Type.Integer({ minimum: 0 }))],
  ),
]);
export type SubscribeResult = Named<typeof SubscribeResult>;

export const Subscribed = named(
  'Subscribed',
  ['opcode', 'requestId', 'results'],
  [Type.Literal(opcodes.subscribed), RequestId, Type.Array(SubscribeResult)],
);
export type Subscribed = Named<typeof Subscribed>;

/**
 * A push: the server may have missed events of these, and of the inbox if true; subscribe again with the cursors you
 * have.
 */
export const Resubscribe = named(
  'Resubscribe',
  ['opcode', 'requestId', 'conversationIds', 'inbox'],
  [Type.Literal(opcodes.resubscribe), RequestId, Type.Array(Uuid), Type.Boolean()],
);
export type Resubscribe = Named<typeof Resubscribe>;

/** A push: nothing more of this conversation comes, for the reason that the error code gives (GRP-4). */
export const SubscriptionEnded = named(
  'SubscriptionEnded',
  ['opcode', 'requestId', 'conversationId', 'code', 'message'],
  [Type.Literal(opcodes.subscriptionEnded), RequestId, Uuid, Text, Text],
);
export type SubscriptionEnded = Named<typeof SubscriptionEnded>;
