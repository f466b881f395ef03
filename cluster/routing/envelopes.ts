// The messages between workers, as gateways and shards exchange them over the bus.
import type { ActorKind } from '../../actors/runtime/address.ts';
import type { Reply } from '../../actors/runtime/reply.ts';

export const envelopeTypes = { command: 1, reply: 2, notOwner: 3, publish: 4, forget: 5 } as const;

/** [command, correlation, shard, kind, actorId, command] */
export type CommandEnvelope = [typeof envelopeTypes.command, number, number, ActorKind, string, unknown];
/** [reply, correlation, reply] */
export type ReplyEnvelope = [typeof envelopeTypes.reply, number, Reply];
/** [notOwner, correlation]: the shard lives elsewhere; ask again when the map says where. */
export type NotOwnerEnvelope = [typeof envelopeTypes.notOwner, number];
/** [publish, actorId, seq, frame]: to everyone here who follows the actor; seq 0 may be dropped. */
export type PublishEnvelope = [typeof envelopeTypes.publish, string, number, Uint8Array];
/** [forget, actorId]: nobody here follows the actor any more. */
export type ForgetEnvelope = [typeof envelopeTypes.forget, string];

export type Envelope = CommandEnvelope | ReplyEnvelope | NotOwnerEnvelope | PublishEnvelope | ForgetEnvelope;
