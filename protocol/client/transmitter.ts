// Puts the outbox's messages on the wire, and again after every interruption, until each is accepted or refused for
// good. Messages of one conversation are pipelined; each names the one before it, so that the server stores them in the
// written order whatever becomes of single frames (OFF-3). The oldest goes first, over all conversations.
import { isRetryable, RequestError } from '../errors.ts';
import type { Accepted } from '../frames/send.ts';
import { limits } from '../limits.ts';
import { opcodes } from '../opcodes.ts';
import type { Connection } from './connection.ts';
import type { WrittenMessage } from './outbox-store/outbox-store.ts';
import { repeatDelayMs } from './reconnect-policy.ts';
import { localError } from './requests.ts';
import { SendPace } from './send-pace.ts';

export interface Acknowledgement {
  readonly conversationId: string;
  readonly key: string;
  readonly seq: number;
  readonly ordinal: number;
  readonly atMs: number;
}

export interface Transmittable {
  readonly message: WrittenMessage;
}

export interface TransmitterListener<Item> {
  sending(item: Item): void;
  /** It has to go out again: the connection is gone, or the server said "later". */
  waiting(item: Item): void;
  accepted(item: Item, acknowledgement: Acknowledgement): void;
  /** For good. */
  refused(item: Item, error: RequestError): void;
}

interface Lane<Item> {
  readonly items: Item[];
  failures: number;
  retry: ReturnType<typeof setTimeout> | undefined;
}

/** Messages of one conversation on the wire at once, and of all together: other requests want room as well. */
const lanePipelineMax = 64;
const onTheWireMax = limits.requestsInFlightMax / 2;

export class Transmitter<Item extends Transmittable> {
  readonly #listener: TransmitterListener<Item>;
  /** In the written order. */
  readonly #queue = new Set<Item>();
  readonly #onTheWire = new Set<Item>();
  /** By conversation. */
  readonly #lanes = new Map<string, Lane<Item>>();
  readonly #pace = new SendPace();
  #paused: ReturnType<typeof setTimeout> | undefined;
  #connection: Connection | null = null;

  constructor(listener: TransmitterListener<Item>) {
    this.#listener = listener;
  }

  get size(): number {
    return this.#queue.size;
  }

  /** After all others. */
  add(item: Item): void {
    this.#queue.add(item);
    this.#laneOf(item).items.push(item);
    this.#pump();
  }

  /** It may be on the wire, and arrive, all the same. */
  remove(item: Item): void {
    if (!this.#queue.delete(item)) return;
    const { conversationId } = item.message;
    const lane = this.#laneOf(item);
    lane.items.splice(lane.items.indexOf(item), 1);
    if (lane.items.length > 0) return;
    clearTimeout(lane.retry);
    this.#lanes.delete(conversationId);
  }

  online(connection: Connection): void {
    this.#connection = connection;
    for (const lane of this.#lanes.values()) endRetry(lane);
    this.#pump();
  }

  offline(): void {
    this.#connection = null;
    clearTimeout(this.#paused);
    this.#paused = undefined;
    for (const lane of this.#lanes.values()) endRetry(lane);
  }

  #laneOf({ message: { conversationId } }: Item): Lane<Item> {
    let lane = this.#lanes.get(conversationId);
    if (!lane) this.#lanes.set(conversationId, (lane = { items: [], failures: 0, retry: undefined }));
    return lane;
  }

  /** Sends what may go out now. */
  #pump(): void {
    const connection = this.#connection;
    if (!connection || this.#paused) return;
    const places = new Map<Lane<Item>, number>();
    for (const item of this.#queue) {
      if (this.#onTheWire.size >= onTheWireMax) return;
      const lane = this.#laneOf(item);
      const place = places.get(lane) ?? 0;
      places.set(lane, place + 1);
      if (lane.retry || place >= lanePipelineMax || this.#onTheWire.has(item)) continue;
      const waitMs = this.#pace.take(performance.now());
      if (waitMs > 0) return this.#pause(waitMs);
      void this.#transmit(connection, lane, item);
    }
  }

  #pause(waitMs: number): void {
    this.#paused ??= setTimeout(() => {
      this.#paused = undefined;
      this.#pump();
    }, waitMs);
  }

  async #transmit(connection: Connection, lane: Lane<Item>, item: Item): Promise<void> {
    const { conversationId, key, content } = item.message;
    const { body, replyTo, mentions, attachments } = content;
    // Looked up each time: a predecessor that was refused for good no longer stands before this one.
    const prev = lane.items[lane.items.indexOf(item) - 1]?.message.key ?? null;
    this.#onTheWire.add(item);
    this.#listener.sending(item);
    let answer: Accepted;
    try {
      const place = { conversationId, key, prev };
      const said = { body, replyTo, mentions, attachmentIds: attachments };
      answer = await connection.request({ opcode: opcodes.send, ...place, ...said });
    } catch (error) {
      this.#onTheWire.delete(item);
      return this.#failed(connection, lane, item, error);
    }
    this.#onTheWire.delete(item);
    if (!this.#queue.has(item)) return; // taken out meanwhile
    lane.failures = 0;
    this.remove(item);
    const { seq, ordinal, atMs } = answer;
    this.#listener.accepted(item, { conversationId, key, seq, ordinal, atMs });
    this.#pump();
  }

  #failed(connection: Connection, lane: Lane<Item>, item: Item, cause: unknown): void {
    if (!this.#queue.has(item)) return;
    // Any other failure on the way says nothing about the message.
    const error = cause instanceof RequestError ? cause : localError('unavailable');
    if (!isRetryable(error.code)) {
      this.remove(item);
      this.#listener.refused(item, error);
      return this.#pump();
    }
    this.#listener.waiting(item);
    if (connection !== this.#connection) return; // online() sends it again
    if (error.code === 'rate_limited') this.#slowDown(error.retryAfterMs ?? 0);
    else this.#backOff(lane, error.retryAfterMs ?? 0);
  }

  /** The user sends too much, in whichever conversation. */
  #slowDown(retryAfterMs: number): void {
    this.#pace.refused(performance.now(), retryAfterMs);
    this.#pump();
  }

  #backOff(lane: Lane<Item>, retryAfterMs: number): void {
    if (lane.retry) return;
    const delayMs = repeatDelayMs(retryAfterMs, lane.failures++, Math.random());
    lane.retry = setTimeout(() => {
      lane.retry = undefined;
      this.#pump();
    }, delayMs);
  }
}

function endRetry(lane: { retry: ReturnType<typeof setTimeout> | undefined }): void {
  clearTimeout(lane.retry);
  lane.retry = undefined;
}
