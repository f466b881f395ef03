// How fast one client sends. The server gives every user a token bucket and refuses what is above it; a queue that ran
// into that again and again would cost both sides more than it sends. So the client keeps the same bucket, and believes
// the server when that knows better: other devices of the user take from the server's. Pure: time is passed in.
import { limits } from '../limits.ts';

const msPerToken = 1000 / limits.sendsPerSecond;

export class SendPace {
  #tokens: number = limits.sendsBurst;
  /** The moment for which `tokens` is true; after a refusal it lies ahead. */
  #atMs = Number.NEGATIVE_INFINITY;

  /** 0 when one more may be sent now, which it counts; else the ms to wait before asking again. */
  take(nowMs: number): number {
    if (nowMs < this.#atMs) return Math.ceil(this.#atMs - nowMs);
    this.#tokens = Math.min(limits.sendsBurst, this.#tokens + (nowMs - this.#atMs) / msPerToken);
    this.#atMs = nowMs;
    if (this.#tokens < 1) return Math.ceil((1 - this.#tokens) * msPerToken);
    this.#tokens--;
    return 0;
  }

  /** The server's bucket is empty: one more may be sent after this long, and then as it fills. */
  refused(nowMs: number, retryAfterMs: number): void {
    this.#tokens = 1;
    this.#atMs = Math.max(this.#atMs, nowMs + retryAfterMs);
  }
}
