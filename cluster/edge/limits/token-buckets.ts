// Token buckets of many subjects under one rate: a burst, then a steady rate (ACC-6). Pure: the time is handed in.
// What is remembered is bounded; whoever is forgotten starts anew with a full bucket, which is lenient, never strict.

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

interface Bucket {
  /** Below zero when the subject has overdrawn elsewhere (see limiter.ts). */
  tokens: number;
  atMs: number;
}

/** Subjects of one rate that are remembered; a worker admits fewer sockets than this. */
export const subjectsMax = 50_000;
/** Buckets looked at for each newcomer, to forget those that are full: nobody pays for a sweep. */
const looksPerNewcomer = 4;

export class TokenBuckets {
  readonly rate: Rate;
  readonly #buckets = new Map<string, Bucket>();
  /** Goes round and round; a map's iterator bears changes. */
  #hand = this.#buckets.entries();

  constructor(rate: Rate) {
    this.rate = rate;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes one token: 0 when there was one, else the ms until there will be. */
  take(subject: string, nowMs: number): number {
    const bucket = this.#touch(subject, nowMs);
    const waitMs = this.#waitMs(bucket);
    if (waitMs === 0) bucket.tokens--;
    return waitMs;
  }

  /** Takes so many, below zero if there are fewer. */
  charge(subject: string, tokens: number, nowMs: number): void {
    this.#touch(subject, nowMs).tokens -= tokens;
  }

  /** Answer that `take` would give; takes nothing. */
  waitMs(subject: string, nowMs: number): number {
    const bucket = this.#buckets.get(subject);
    if (!bucket) return 0;
    this.#refill(bucket, nowMs);
    return this.#waitMs(bucket);
  }

  /** It turned out that the token should not have been taken. */
  giveBack(subject: string, nowMs: number): void {
    const bucket = this.#touch(subject, nowMs);
    bucket.tokens = Math.min(this.rate.burst, bucket.tokens + 1);
  }

  /** The subject has no more than this, whatever this process knew before. */
  lowerTo(subject: string, tokens: number, nowMs: number): void {
    const bucket = this.#touch(subject, nowMs);
    bucket.tokens = Math.min(bucket.tokens, tokens);
  }

  #touch(subject: string, nowMs: number): Bucket {
    const known = this.#buckets.get(subject);
    if (known) {
      this.#refill(known, nowMs);
      return known;
    }
    this.#makeRoom(nowMs);
    const bucket = { tokens: this.rate.burst, atMs: nowMs };
    this.#buckets.set(subject, bucket);
    return bucket;
  }

  #refill(bucket: Bucket, nowMs: number): void {
    const { perSecond, burst } = this.rate;
    const passedMs = Math.max(0, nowMs - bucket.atMs);
    bucket.tokens = Math.min(burst, bucket.tokens + (passedMs * perSecond) / 1000);
    bucket.atMs = Math.max(bucket.atMs, nowMs);
  }

  #waitMs({ tokens }: Bucket): number {
    return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * 1000) / this.rate.perSecond);
  }

  /** When everyone is active at once the one that the hand has come to is forgotten. */
  #makeRoom(nowMs: number): void {
    for (let look = 1; look <= looksPerNewcomer; look++) {
      const met = this.#nextMet();
      if (!met) return;
      const [subject, bucket] = met;
      this.#refill(bucket, nowMs);
      const isFull = bucket.tokens >= this.rate.burst;
      const mustGo = look === looksPerNewcomer && this.#buckets.size >= subjectsMax;
      if (isFull || mustGo) this.#buckets.delete(subject);
    }
  }

  #nextMet(): [string, Bucket] | undefined {
    let met = this.#hand.next();
    if (met.done) {
      this.#hand = this.#buckets.entries();
      met = this.#hand.next();
    }
    return met.done ? undefined : met.value;
  }
}
