// Token buckets by user: a burst, then a steady rate (ACC-6). Buckets that are full again are forgotten.

export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

const bucketsMax = 200_000;

export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limit: RateLimit) {
    this.#limit = limit;
  }

  /** Takes one token: 0 when there was one, else the ms until there will be. */
  take(key: string, nowMs: number): number {
    const { perSecond, burst } = this.#limit;
    let bucket = this.#buckets.get(key);
    if (!bucket) {
      if (this.#buckets.size >= bucketsMax) this.#forgetFull(nowMs);
      bucket = { tokens: burst, atMs: nowMs };
      this.#buckets.set(key, bucket);
    }
    bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) * perSecond) / 1000);
    bucket.atMs = nowMs;
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 1000) / perSecond);
    bucket.tokens--;
    return 0;
  }

  #forgetFull(nowMs: number): void {
    const fullAfterMs = (this.#limit.burst / this.#limit.perSecond) * 1000;
    for (const [key, { atMs }] of this.#buckets) if (nowMs - atMs > fullAfterMs) this.#buckets.delete(key);
    // Everyone is active at once: the oldest start anew, which is lenient but bounded.
    for (const key of this.#buckets.keys()) {
      if (this.#buckets.size < bucketsMax) return;
      this.#buckets.delete(key);
    }
  }
}
