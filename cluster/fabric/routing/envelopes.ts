// The messages between workers, as gateways and shards exchange them over the bus. A key names an actor with its kind.
import type { ActorKind } from '../../../actors/runtime/address.ts';
import type { Reply } from '../../../actors/runtime/reply.ts';

export const envelopeTypes = {
  command: 1,
  reply: 2,
  notOwner: 3,
  publish: 4,
  forget: 5,
  publishEach: 6,
  drop: 7,
  dropped: 8,
  presence: 9,
  unwatch: 10,
  lost: 11,
} as const;

/** What a shard answers for: its actors, and who of its users is there. */
export interface Target {
  readonly kind: ActorKind | 'presence';
  readonly id: string;
}

/** [command, correlation, shard, kind, id, command, epoch]: of the shard, as the gateway's map has it. */
export type CommandEnvelope = [
  typeof envelopeTypes.command,
  number,
  number,
  Target['kind'],
  string,
  unknown,
  number,
];
/** [reply, correlation, reply] */
export type ReplyEnvelope = [typeof envelopeTypes.reply, number, Reply];
/** [notOwner, correlation]: the shard lives elsewhere; ask again when the map says where. */
export type NotOwnerEnvelope = [typeof envelopeTypes.notOwner, number];
/** [publish, key, seq, frame]: to everyone here who follows the actor; seq 0 may be dropped. */
export type PublishEnvelope = [typeof envelopeTypes.publish, string, number, Uint8Array];
/** [forget, key]: nobody here follows the actor any more. */
export type ForgetEnvelope = [typeof envelopeTypes.forget, string];
/** [publishEach, key, [[userId, frame], …]]: to each of these who follow the actor; may be dropped. */
export type PublishEachEnvelope = [
  typeof envelopeTypes.publishEach,
  string,
  (readonly [userId: string, frame: Uint8Array])[],
];
/** [drop, correlation, key, userIds]: these may not follow the actor any more; answered by dropped. */
export type DropEnvelope = [typeof envelopeTypes.drop, number, string, readonly string[]];
/** [dropped, correlation] */
export type DroppedEnvelope = [typeof envelopeTypes.dropped, number];
/** [presence, userId, online, lastSeenMs | null]: to a gateway that watches this user. */
export type PresenceEnvelope = [typeof envelopeTypes.presence, string, boolean, number | null];
/** [unwatch, userId]: nobody here watches this user any more. */
export type UnwatchEnvelope = [typeof envelopeTypes.unwatch, string];

/** [lost]: messages from the one who gets this did not arrive. */
export type LostEnvelope = [typeof envelopeTypes.lost];

export type Envelope =
  | CommandEnvelope
  | ReplyEnvelope
  | NotOwnerEnvelope
  | PublishEnvelope
  | ForgetEnvelope
  | PublishEachEnvelope
  | DropEnvelope
  | DroppedEnvelope
  | PresenceEnvelope
  | UnwatchEnvelope
  | LostEnvelope;
