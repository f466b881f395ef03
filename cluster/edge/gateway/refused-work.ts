// Counts the work of one socket that was refused because the worker has too much: refusing is work as well, so a client
// that asks on and on without waiting is closed in the end.
import { admissionBounds } from '../admission/bounds.ts';

export class RefusedWork {
  #count = 0;
  #sinceMs = Number.NEGATIVE_INFINITY;

  /** Counts one more; returns how many there were in the time that refused clients are asked to wait, at least. */
  add(nowMs: number): number {
    if (nowMs - this.#sinceMs > admissionBounds.retryAfterMsMin) {
      this.#sinceMs = nowMs;
      this.#count = 0;
    }
    return ++this.#count;
  }
}
