// How often someone may try (ACC-6): a bucket of attempts per key that refills steadily. Kept in memory, bounded, and
// per process: losing it lets a few attempts more through, never fewer.
import type { Clock } from '../../actors/runtime/ports.ts';

const keysMax = 50_000;
const minuteMs = 60_000;

interface Bucket {
  attempts: number;
  atMs: number;
}

export type Attempt =
  { readonly allowed: true } | { readonly allowed: false; readonly retryAfterSeconds: number };

export class AttemptLimit {
  readonly #perMinute: number;
  readonly #clock: Clock;
  /** In order of last use, so that the first is the one to forget. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(perMinute: number, clock: Clock) {
    this.#perMinute = perMinute;
    this.#clock = clock;
  }

  take(key: string): Attempt {
    const bucket = this.#touch(key);
    if (bucket.attempts >= 1) {
      bucket.attempts -= 1;
      return { allowed: true };
    }
    const waitMs = ((1 - bucket.attempts) * minuteMs) / this.#perMinute;
    return { allowed: false, retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)) };
  }

  /** Gives an attempt back: it turned out to be the right person. */
  giveBack(key: string): void {
    const bucket = this.#touch(key);
    bucket.attempts = Math.min(this.#perMinute, bucket.attempts + 1);
  }

  #touch(key: string): Bucket {
    const nowMs = this.#clock.monotonicMs();
    const known = this.#buckets.get(key);
    const bucket = known ?? { attempts: this.#perMinute, atMs: nowMs };
    const refilled = ((nowMs - bucket.atMs) * this.#perMinute) / minuteMs;
    bucket.attempts = Math.min(this.#perMinute, bucket.attempts + refilled);
    bucket.atMs = nowMs;
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > keysMax) {
      const oldest = this.#buckets.keys().next();
      if (!oldest.done) this.#buckets.delete(oldest.value);
    }
    return bucket;
  }
}

/** One subscriber holds a whole /64, so an IPv6 address counts by its first four groups. */
export function addressKey(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1]) return mapped[1];
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const rest = tail === '' ? [] : tail.split(':');
    while (groups.length + rest.length < 8) groups.push('0');
    groups.push(...rest);
  }
  return `${groups.slice(0, 4).join(':')}::/64`;
}
