// How often someone may try (ACC-6): attempts per minute, in the words of a page. Counted as every other limit is, so
// over all hosts where there is a Redis, else per process.
import { createHash } from 'node:crypto';
import type { Limiter } from '../edge/limits/limiter.ts';
import type { Rate } from '../edge/limits/token-buckets.ts';

/**
 * `signInsByDevice` counts the attempts for a handle from one device or, of strangers, from one address. `signInsByHandle`
 * counts those of all strangers together; the owner's own devices are not among them.
 */
export type AttemptKind = 'signInsByDevice' | 'signInsByHandle' | 'signInsByAddress' | 'signUpsByAddress';

export type Attempt =
  { readonly allowed: true } | { readonly allowed: false; readonly retryAfterSeconds: number };

/** All of a minute's attempts at once, then one at a time. */
export function ratePerMinute(perMinute: number): Rate {
  return { perSecond: perMinute / 60, burst: perMinute };
}

export class AttemptLimit {
  readonly #limiter: Limiter<AttemptKind>;
  readonly #kind: AttemptKind;

  constructor(limiter: Limiter<AttemptKind>, kind: AttemptKind) {
    this.#limiter = limiter;
    this.#kind = kind;
  }

  take(key: string): Attempt {
    const waitMs = this.#limiter.take(this.#kind, subjectOf(key));
    if (waitMs === 0) return { allowed: true };
    return { allowed: false, retryAfterSeconds: Math.ceil(waitMs / 1_000) };
  }

  /** Gives an attempt back: it turned out to be the right person. */
  giveBack(key: string): void {
    this.#limiter.giveBack(this.#kind, subjectOf(key));
  }
}

/** Hashes the key: people type their password as their handle now and then, and it must go to no store as it is. */
function subjectOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}
