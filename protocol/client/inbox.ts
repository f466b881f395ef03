// The user's own stream of events (new conversations, new devices), resumed after every connect.
import type { RequestError } from '../errors.ts';
import type { InboxEvent } from '../events/inbox-event.ts';
import type { InboxPage } from '../frames/session.ts';
import { opcodes } from '../opcodes.ts';
import type { Connection } from './connection.ts';
import { EventStream } from './event-stream.ts';
import { repeatDelayMs } from './reconnect-policy.ts';

export class Inbox {
  readonly #hand: (event: InboxEvent) => void;
  readonly #reset: () => void;
  #stream: EventStream<InboxEvent> | null = null;
  /** Of the last answer. */
  #epoch: number | null = null;
  #connection: Connection | null = null;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #reading = false;
  /** Something may have been missed by the read under way. */
  #readAgain = false;

  /** @param reset what was handed on is void: events of it were lost, and it goes on with later ones */
  constructor(hand: (event: InboxEvent) => void, reset: () => void) {
    this.#hand = hand;
    this.#reset = reset;
  }

  follow(afterSeq: number | null): void {
    this.#stream ??= new EventStream(afterSeq);
    void this.#read();
  }

  online(connection: Connection): void {
    this.#connection = connection;
    this.#reading = false;
    void this.#read();
  }

  offline(): void {
    this.#connection = null;
    clearTimeout(this.#retry);
  }

  push(event: InboxEvent): void {
    if (!this.#stream) return;
    this.#stream.offer(event).forEach(this.#hand);
    if (this.#stream.hasHole) void this.#read();
  }

  /** Reads once more: something may have been missed. */
  renew(): void {
    void this.#read();
  }

  #take(stream: EventStream<InboxEvent>, { epoch, headSeq, events }: InboxPage): void {
    const isCut = this.#epoch !== null && this.#epoch !== epoch;
    this.#epoch = epoch;
    if (isCut) this.#reset();
    if (isCut || stream.cursor === null) return stream.startAfter(headSeq).forEach(this.#hand);
    for (const event of events) stream.offer(event).forEach(this.#hand);
  }

  /** Follows from the cursor and reads until the head. */
  async #read(): Promise<void> {
    const connection = this.#connection;
    const stream = this.#stream;
    this.#readAgain = true;
    if (!connection || !stream || this.#reading) return;
    this.#reading = true;
    try {
      for (let more = true; more;) {
        this.#readAgain = false;
        const after = stream.cursor;
        const page = await connection.request({ opcode: opcodes.inbox, afterSeq: after });
        this.#take(stream, page);
        more = page.more || this.#readAgain || (stream.hasHole && stream.cursor !== after);
      }
      this.#failures = 0;
      this.#reading = false;
    } catch (error) {
      if (connection !== this.#connection) return;
      this.#reading = false;
      const { retryAfterMs } = error as RequestError;
      const delayMs = repeatDelayMs(retryAfterMs, this.#failures++, Math.random());
      this.#retry = setTimeout(() => void this.#read(), delayMs);
    }
  }
}
