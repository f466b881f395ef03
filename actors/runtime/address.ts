// Who an actor is, and which shard it lives in.
import { bounds } from './bounds.ts';

export type ActorKind = 'conversation' | 'session';

export interface Address {
  readonly kind: ActorKind;
  readonly id: string;
}

/** FNV-1a over the id, reduced to a shard number. Part of the stored layout: it never changes. */
export function shardOf(actorId: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < actorId.length; i++) {
    hash = Math.imul(hash ^ actorId.charCodeAt(i), 0x01000193);
  }
  return ((hash ^ (hash >>> 16)) >>> 0) % bounds.shardCount;
}
