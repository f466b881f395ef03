// Identity of an actor, and the shard it lives in.
import { bounds } from './bounds.ts';

export type ActorKind = 'conversation' | 'session';

export interface Address<Kind extends ActorKind = ActorKind> {
  readonly kind: Kind;
  readonly id: string;
}

/** Tells actors of different kinds apart: people choose the ids that they ask for. */
export function keyOf({ kind, id }: Address): string {
  return kind === 'session' ? `s${id}` : id;
}

/** The id in a key. No UUID begins with an s. */
export function idOf(key: string): string {
  return key.startsWith('s') ? key.slice(1) : key;
}

/** FNV-1a over the id, reduced to a shard number. Part of the stored layout: it never changes. */
export function shardOf(actorId: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < actorId.length; i++) {
    hash = Math.imul(hash ^ actorId.charCodeAt(i), 0x01000193);
  }
  return ((hash ^ (hash >>> 16)) >>> 0) % bounds.shardCount;
}
