// What one actor's event means for another actor. At least once and idempotent: sent after the append, and sent
// again from PostgreSQL's `pending_effects` until the other actor's own event is projected.

export interface Effect {
  /** The session of this user learns of a conversation. */
  readonly type: 'conversation_added';
  readonly userId: string;
  readonly conversationId: string;
  readonly seq: number;
  readonly byUserId: string;
}

export interface Effects {
  /** Never throws; a failed one is repeated by the sweep. */
  send(effect: Effect): void;
}
