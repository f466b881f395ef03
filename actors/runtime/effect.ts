// Effects of one actor's event on another actor. At least once and idempotent: sent after the append, and sent
// again from PostgreSQL's `pending_effects` until the other actor's own event is projected.

export type EffectType =
  /** The session of a user learns that they belong to a conversation, or no longer. */
  | 'conversation_added'
  | 'conversation_removed'
  /** The session of a user learns that someone named them in a message, or does so no longer (MEN-1). */
  | 'mentioned'
  | 'mention_ended'
  /** The session of a user learns how far they have read, where they were named (MEN-2). */
  | 'mentions_read'
  /** The direct conversation of two people learns that one blocks the other, or no longer (ACC-5). */
  | 'blocked'
  | 'unblocked';

export interface Effect {
  readonly type: EffectType;
  /** Person concerned: the session's user; for a block, the one who blocks. */
  readonly userId: string;
  readonly conversationId: string;
  /** The causing event's; for what was read, the last one then; for a block, of the blocker's own sequence. */
  readonly seq: number;
  /** The message of a mention, or up to which was read; null for everything else. */
  readonly messageSeq: number | null;
  readonly byUserId: string;
}

export interface Effects {
  /** Never throws; a failed one is repeated by the sweep. */
  send(effect: Effect): void;
}

/** The id of the actor that an effect is for. */
export function targetOf(effect: Pick<Effect, 'type' | 'userId' | 'conversationId'>): {
  kind: 'conversation' | 'session';
  id: string;
} {
  const isBlock = effect.type === 'blocked' || effect.type === 'unblocked';
  return isBlock
    ? { kind: 'conversation', id: effect.conversationId }
    : { kind: 'session', id: effect.userId };
}
