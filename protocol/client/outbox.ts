// Messages on their way: kept until the server has acknowledged them, sent again in the written order after every
// interruption, under the same key. So a message arrives once, or its promise rejects with the reason.
import { isRetryable, type RequestError } from '../errors.ts';
import type { Accepted } from '../frames/send.ts';
import { limits } from '../limits.ts';
import { opcodes } from '../opcodes.ts';
import type { Connection } from './connection.ts';
import { localError } from './requests.ts';
import { reconnectDelayMs } from './reconnect-policy.ts';

/** Unacknowledged messages that one client keeps (OFF-1). */
export const outboxMessagesMax = 1000;
/** Of those, how many of one conversation may be on the wire at once. */
const pipelineMax = 64;

export interface Acknowledgement {
  readonly conversationId: string;
  readonly key: string;
  readonly seq: number;
  readonly ordinal: number;
  readonly atMs: number;
}

interface Item {
  readonly key: string;
  readonly body: string;
  readonly resolve: (acknowledgement: Acknowledgement) => void;
  readonly reject: (error: RequestError) => void;
  onTheWire: boolean;
}

interface Lane {
  readonly items: Item[];
  failures: number;
  retry: ReturnType<typeof setTimeout> | undefined;
}

export class Outbox {
  readonly #lanes = new Map<string, Lane>();
  #connection: Connection | null = null;
  #size = 0;

  /** Messages not acknowledged yet. */
  get size(): number {
    return this.#size;
  }

  add(conversationId: string, key: string, body: string): Promise<Acknowledgement> {
    if (this.#size >= outboxMessagesMax) return Promise.reject(localError('overloaded'));
    // A frame that is too large would end the socket, and with it everything else that waits here.
    if (new TextEncoder().encode(body).length > limits.messageBodyBytesMax) {
      return Promise.reject(localError('body_too_large'));
    }
    const lane = this.#lanes.get(conversationId) ?? { items: [], failures: 0, retry: undefined };
    this.#lanes.set(conversationId, lane);
    this.#size++;
    return new Promise((resolve, reject) => {
      lane.items.push({ key, body, resolve, reject, onTheWire: false });
      this.#pump(conversationId, lane);
    });
  }

  online(connection: Connection): void {
    this.#connection = connection;
    for (const [conversationId, lane] of this.#lanes) this.#restart(conversationId, lane);
  }

  offline(): void {
    this.#connection = null;
    for (const lane of this.#lanes.values()) clearTimeout(lane.retry);
  }

  #restart(conversationId: string, lane: Lane): void {
    clearTimeout(lane.retry);
    lane.retry = undefined;
    this.#pump(conversationId, lane);
  }

  #pump(conversationId: string, lane: Lane): void {
    if (!this.#connection || lane.retry) return;
    for (const item of lane.items.slice(0, pipelineMax)) {
      if (!item.onTheWire) void this.#transmit(this.#connection, conversationId, lane, item);
    }
  }

  async #transmit(connection: Connection, conversationId: string, lane: Lane, item: Item): Promise<void> {
    item.onTheWire = true;
    // Recomputed each time: a predecessor that was refused for good no longer stands before this one.
    const prev = lane.items[lane.items.indexOf(item) - 1]?.key ?? null;
    try {
      const answer = await connection.request(opcodes.send, [conversationId, item.key, item.body, prev]);
      const [, , , key, seq, ordinal, atMs] = answer as Accepted;
      lane.failures = 0;
      this.#remove(conversationId, lane, item);
      item.resolve({ conversationId, key, seq, ordinal, atMs });
      this.#pump(conversationId, lane);
    } catch (error) {
      item.onTheWire = false;
      this.#failed(connection, conversationId, lane, item, error as RequestError);
    }
  }

  #failed(connection: Connection, conversationId: string, lane: Lane, item: Item, error: RequestError): void {
    if (!isRetryable(error.code)) {
      this.#remove(conversationId, lane, item);
      item.reject(error);
      return;
    }
    if (connection !== this.#connection || lane.retry) return; // online() or the timer sends it again
    const backoffMs = reconnectDelayMs(lane.failures++, Math.random());
    const delayMs = Math.max(error.retryAfterMs ?? 0, backoffMs);
    lane.retry = setTimeout(() => this.#restart(conversationId, lane), delayMs);
  }

  #remove(conversationId: string, lane: Lane, item: Item): void {
    lane.items.splice(lane.items.indexOf(item), 1);
    this.#size--;
    if (lane.items.length === 0 && !lane.retry) this.#lanes.delete(conversationId);
  }
}
