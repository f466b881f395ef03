// The idempotency keys a conversation remembers, so that a normal send needs no read (MSG-4).
//
// A key carries the time it was made. It cannot have been stored before that time, give or take how far ahead of
// the server a key may be. So if the window holds every key stored since `completeSince`, then it alone decides
// about keys made after `completeSince + keyAheadMsMax`; about older ones PostgreSQL is asked. Keys leave the
// window only after they are projected, so one of the two always knows.
import { limits } from '../../protocol/limits.ts';
import { uuidv7Time } from '../../protocol/ids.ts';
import { bounds } from '../runtime/bounds.ts';

export interface StoredKey {
  readonly key: string;
  readonly seq: number;
  readonly ordinal: number;
  readonly atMs: number;
  readonly fingerprint: number;
}

interface Remembered extends StoredKey {
  /** The journal batch that made it durable; 0: projected long ago; null: on its way. */
  batch: number | null;
}

export class KeyWindow {
  readonly #keys = new Map<string, Remembered>();
  #completeSinceMs: number;

  /** @param stored every key stored since completeSinceMs, oldest first */
  constructor(stored: readonly StoredKey[], completeSinceMs: number) {
    this.#completeSinceMs = completeSinceMs;
    for (const key of stored) this.#keys.set(key.key, { ...key, batch: 0 });
  }

  get size(): number {
    return this.#keys.size;
  }

  find(key: string): StoredKey | undefined {
    return this.#keys.get(key);
  }

  /** True when a key that the window does not hold was certainly never stored. */
  decides(key: string): boolean {
    return this.#completeSinceMs === 0 || uuidv7Time(key) >= this.#completeSinceMs + limits.keyAheadMsMax;
  }

  /** Remembers a key of a message on its way to the journal. */
  add(stored: StoredKey): void {
    this.#keys.set(stored.key, { ...stored, batch: null });
  }

  /** Remembers a key that the store knew. It says nothing about others of its time. */
  recall(stored: StoredKey): void {
    this.#keys.set(stored.key, { ...stored, batch: 0 });
  }

  committed(key: string, batch: number): void {
    const remembered = this.#keys.get(key);
    if (remembered) remembered.batch = batch;
  }

  /** Lets go of old keys that are projected. */
  prune(nowMs: number, projectedBatch: number): void {
    for (const [key, { atMs, batch }] of this.#keys) {
      const needed = this.#keys.size > bounds.keysMax ? 0 : bounds.keyRetentionMs;
      if (this.#keys.size <= bounds.keysLoadedMax || atMs > nowMs - needed) return;
      if (batch === null || batch > projectedBatch) return;
      this.#keys.delete(key);
      this.#completeSinceMs = Math.max(this.#completeSinceMs, atMs + 1);
    }
  }
}
