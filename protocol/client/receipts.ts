// Tells the server how far this user has received and read, at most twice a second for each conversation: values
// that only grow, so that only the last one of a burst is worth a frame.
import { isRetryable, type RequestError } from '../errors.ts';
import { opcodes } from '../opcodes.ts';
import type { Connection } from './connection.ts';
import { repeatDelayMs } from './reconnect-policy.ts';

const flushEveryMs = 500;
/** Frames of one flush: after a reconnect every conversation has something to tell, and sends want room as well. */
const flushFramesMax = 32;

interface Progress {
  delivered: number;
  read: number;
  sentDelivered: number;
  sentRead: number;
}

export class Receipts {
  readonly #progress = new Map<string, Progress>();
  #connection: Connection | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The server asked to wait until then. */
  #notBeforeMs = 0;
  #failures = 0;

  delivered(conversationId: string, seq: number): void {
    const progress = this.#of(conversationId);
    if (seq <= progress.delivered) return;
    progress.delivered = seq;
    this.#schedule();
  }

  read(conversationId: string, seq: number): void {
    const progress = this.#of(conversationId);
    if (seq <= progress.read) return;
    progress.read = seq;
    progress.delivered = Math.max(progress.delivered, seq);
    this.#schedule();
  }

  online(connection: Connection): void {
    this.#connection = connection;
    // The server may not have kept values that the last socket took: they are repeated, they only grow.
    for (const progress of this.#progress.values()) progress.sentDelivered = progress.sentRead = 0;
    this.#schedule();
  }

  offline(): void {
    this.#connection = null;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #of(conversationId: string): Progress {
    let progress = this.#progress.get(conversationId);
    if (!progress) {
      progress = { delivered: 0, read: 0, sentDelivered: 0, sentRead: 0 };
      this.#progress.set(conversationId, progress);
    }
    return progress;
  }

  #schedule(): void {
    if (!this.#connection) return;
    const delayMs = Math.max(flushEveryMs, this.#notBeforeMs - performance.now());
    this.#timer ??= setTimeout(() => this.#flush(), delayMs);
  }

  #flush(): void {
    this.#timer = undefined;
    const connection = this.#connection;
    if (!connection) return;
    let frames = 0;
    for (const [conversationId, progress] of this.#progress) {
      const { delivered, read } = progress;
      if (delivered === progress.sentDelivered && read === progress.sentRead) continue;
      if (++frames > flushFramesMax) return this.#schedule();
      progress.sentDelivered = delivered;
      progress.sentRead = read;
      const cursor = { conversationId, deliveredSeq: delivered, readSeq: read };
      connection.request({ opcode: opcodes.cursor, ...cursor }).then(
        () => (this.#failures = 0),
        (error: RequestError) => {
          if (!isRetryable(error.code)) return; // no member any more: nobody wants to know
          progress.sentDelivered = progress.sentRead = 0;
          this.#wait(error.retryAfterMs);
        },
      );
    }
  }

  #wait(retryAfterMs: number | null): void {
    const untilMs = performance.now() + repeatDelayMs(retryAfterMs, this.#failures, Math.random());
    // Many are refused at once; that is one failure.
    if (performance.now() >= this.#notBeforeMs) this.#failures++;
    this.#notBeforeMs = Math.max(this.#notBeforeMs, untilMs);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#schedule();
  }
}
