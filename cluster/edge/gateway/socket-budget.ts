// How much one socket may send before anything of it is decoded (ACC-6): frames, bytes, and requests that are refused
// as too many. Each is a bucket that is known by one number, the time at which it is full again (GCRA), since a worker
// has many thousands of sockets.
import { limits } from '../../../protocol/limits.ts';

export class SocketBudget {
  #framesFullAtMs = 0;
  #bytesFullAtMs = 0;
  #refusalsFullAtMs = 0;

  /** False: the socket has sent more than it may. To be asked once for each frame, and each ping of the WebSocket. */
  takeFrame(bytes: number, nowMs: number): boolean {
    const frames = spend(this.#framesFullAtMs, 1, limits.framesPerSocketPerSecond, nowMs);
    const content = spend(this.#bytesFullAtMs, bytes, limits.frameBytesPerSocketPerSecond, nowMs);
    this.#framesFullAtMs = frames;
    this.#bytesFullAtMs = content;
    return (
      isWithin(frames - nowMs, limits.framesPerSocketBurst, limits.framesPerSocketPerSecond) &&
      isWithin(content - nowMs, limits.frameBytesPerSocketBurst, limits.frameBytesPerSocketPerSecond)
    );
  }

  /** False: too many requests of this socket were refused as too many already, and it goes on regardless. */
  takeRefusal(nowMs: number): boolean {
    const { limitedPerSocketPerSecond, limitedPerSocketBurst } = limits;
    this.#refusalsFullAtMs = spend(this.#refusalsFullAtMs, 1, limitedPerSocketPerSecond, nowMs);
    return isWithin(this.#refusalsFullAtMs - nowMs, limitedPerSocketBurst, limitedPerSocketPerSecond);
  }
}

function spend(fullAtMs: number, count: number, perSecond: number, nowMs: number): number {
  return Math.max(fullAtMs, nowMs) + (count * 1000) / perSecond;
}

function isWithin(untilFullMs: number, burst: number, perSecond: number): boolean {
  // Half of one more: sums of fractions are not exact.
  return untilFullMs < ((burst + 0.5) * 1000) / perSecond;
}
