// The conversations this client follows: subscribes to them after every connect with the cursors it has, pages
// through gaps, heals holes, and hands events on in order (OFF-4).
import { isRetryable, type RequestError } from '../errors.ts';
import type { ConversationEvent } from '../events/conversation-event.ts';
import type { MemberCursor, SubscribeResult, Subscription } from '../frames/subscribe.ts';
import { limits } from '../limits.ts';
import { opcodes } from '../opcodes.ts';
import type { Connection } from './connection.ts';
import { EventStream } from './event-stream.ts';
import { repeatDelayMs } from './reconnect-policy.ts';

export interface Head {
  readonly epoch: number;
  readonly headSeq: number;
  readonly headOrdinal: number;
  readonly cursors: readonly MemberCursor[];
  /** Of what was handed on before, events up to here stand; infinite when all do. */
  readonly unchangedTo: number;
}

export interface SubscriptionListener {
  event(conversationId: string, event: ConversationEvent, asOfSeq: number): void;
  /** The subscription stands; head is what the server had at that moment. */
  subscribed(conversationId: string, head: Head): void;
  /** Events after unchangedTo that were handed on are lost; 0: the whole history was replaced. */
  reset(conversationId: string, unchangedTo: number): void;
  refused(conversationId: string, code: string, message: string): void;
}

interface Followed {
  epoch: number;
  readonly stream: EventStream<ConversationEvent>;
  paging: boolean;
  failures: number;
}

export class Subscriptions {
  readonly #listener: SubscriptionListener;
  readonly #followed = new Map<string, Followed>();
  readonly #wanted = new Set<string>();
  /** As of when a paged event stands. */
  readonly #asOf = new WeakMap<ConversationEvent, number>();
  #connection: Connection | null = null;
  #flushing: ReturnType<typeof setTimeout> | undefined;
  #flushAtMs = 0;

  constructor(listener: SubscriptionListener) {
    this.#listener = listener;
  }

  /** @param from the cursor to resume after; null follows from now on */
  follow(conversationId: string, from: { epoch: number; seq: number } | null): void {
    if (this.#followed.has(conversationId)) return;
    const stream = new EventStream<ConversationEvent>(from?.seq ?? null);
    this.#followed.set(conversationId, { epoch: from?.epoch ?? 0, stream, paging: false, failures: 0 });
    this.#want(conversationId, 0);
  }

  unfollow(conversationId: string): void {
    this.#wanted.delete(conversationId);
    if (this.#followed.delete(conversationId)) {
      this.#connection
        ?.request({ opcode: opcodes.unsubscribe, conversationIds: [conversationId] })
        .catch(() => undefined);
    }
  }

  /** The server sends nothing more of this conversation. */
  ended(conversationId: string, code: string, message: string): void {
    this.#wanted.delete(conversationId);
    if (this.#followed.delete(conversationId)) this.#listener.refused(conversationId, code, message);
  }

  cursorOf(conversationId: string): { epoch: number; seq: number } | null {
    const followed = this.#followed.get(conversationId);
    if (!followed || followed.stream.cursor === null) return null;
    return { epoch: followed.epoch, seq: followed.stream.cursor };
  }

  online(connection: Connection): void {
    this.#connection = connection;
    for (const [conversationId, followed] of this.#followed) {
      followed.paging = false;
      this.#wanted.add(conversationId);
    }
    this.#flush();
  }

  offline(): void {
    this.#connection = null;
    clearTimeout(this.#flushing);
    this.#flushing = undefined;
  }

  /** Subscribes again: something may have been missed. */
  renew(conversationIds: readonly string[]): void {
    for (const id of conversationIds) this.#want(id, 0);
  }

  push(conversationId: string, epoch: number, event: ConversationEvent): void {
    const followed = this.#followed.get(conversationId);
    if (!followed) return;
    if (epoch !== followed.epoch && followed.stream.cursor !== null) {
      this.#want(conversationId, 0); // the subscription's answer tells what became of the history
      return;
    }
    this.#hand(conversationId, followed.stream.offer(event));
    if (followed.stream.hasHole && followed.stream.cursor !== null) void this.#page(conversationId, followed);
  }

  #hand(conversationId: string, events: readonly ConversationEvent[]): void {
    for (const event of events)
      this.#listener.event(conversationId, event, this.#asOf.get(event) ?? event.seq);
  }

  #want(conversationId: string, delayMs: number): void {
    this.#wanted.add(conversationId);
    if (!this.#connection) return;
    // A retry that is due late joins an earlier batch, if there is one.
    const atMs = performance.now() + delayMs;
    if (this.#flushing && this.#flushAtMs <= atMs) return;
    clearTimeout(this.#flushing);
    this.#flushAtMs = atMs;
    this.#flushing = setTimeout(() => this.#flush(), delayMs);
  }

  #flush(): void {
    this.#flushing = undefined;
    const ids = [...this.#wanted].filter((id) => this.#followed.has(id));
    this.#wanted.clear();
    for (let at = 0; at < ids.length; at += limits.subscribeBatchMax) {
      void this.#subscribe(this.#connection!, ids.slice(at, at + limits.subscribeBatchMax));
    }
  }

  async #subscribe(connection: Connection, ids: readonly string[]): Promise<void> {
    const wishes = ids.map((id): Subscription => {
      const followed = this.#followed.get(id);
      const { epoch = 0, stream } = followed ?? {};
      return { conversationId: id, epoch, afterSeq: stream?.cursor ?? null };
    });
    try {
      const answer = await connection.request({ opcode: opcodes.subscribe, subscriptions: wishes });
      for (const result of answer.results) this.#settle(result);
    } catch (error) {
      this.#again(connection, ids, (error as RequestError).retryAfterMs);
    }
  }

  #again(connection: Connection, ids: readonly string[], retryAfterMs: number | null): void {
    if (connection !== this.#connection) return; // online() subscribes to all of them anew
    let failures = 0;
    for (const id of ids) failures = Math.max(failures, this.#followed.get(id)?.failures ?? 0);
    for (const id of ids) {
      const followed = this.#followed.get(id);
      if (followed) followed.failures++;
      this.#want(id, repeatDelayMs(retryAfterMs, failures, Math.random()));
    }
  }

  #settle(result: SubscribeResult): void {
    const { conversationId } = result;
    const followed = this.#followed.get(conversationId);
    if (!followed) return;
    if (result.result === 'refused') {
      const { code, message, retryAfterMs } = result;
      if (isRetryable(code)) return this.#again(this.#connection!, [conversationId], retryAfterMs);
      this.#followed.delete(conversationId);
      return this.#listener.refused(conversationId, code, message);
    }
    const { epoch, headSeq, headOrdinal, cursors } = result;
    followed.failures = 0;
    const { stream } = followed;
    const unchangedTo = stream.cursor !== null && followed.epoch !== epoch ? standing(result) : Infinity;
    const isCut = stream.cursor !== null && stream.cursor > unchangedTo;
    followed.epoch = epoch;
    this.#listener.subscribed(conversationId, { epoch, headSeq, headOrdinal, cursors, unchangedTo });
    if (isCut) this.#listener.reset(conversationId, unchangedTo);
    if (stream.cursor === null || (isCut && unchangedTo === 0)) {
      this.#hand(conversationId, stream.startAfter(headSeq));
      if (stream.hasHole) void this.#page(conversationId, followed);
      return;
    }
    if (isCut) this.#hand(conversationId, stream.startAfter(unchangedTo));
    if (result.result !== 'gap') return;
    // Paging may be under way with an older head in mind.
    stream.expect(headSeq);
    void this.#page(conversationId, followed);
  }

  /** Reads forward from the cursor until nothing is missing. */
  async #page(conversationId: string, followed: Followed): Promise<void> {
    const connection = this.#connection;
    if (followed.paging || !connection) return;
    followed.paging = true;
    try {
      for (let more = true; more && this.#followed.get(conversationId) === followed;) {
        const after = followed.stream.cursor!;
        const page = await connection.request({
          opcode: opcodes.history,
          conversationId,
          direction: 'after',
          seq: after,
          limit: limits.historyPageMax,
        });
        // Ended meanwhile, and maybe followed again from elsewhere: this page belongs to nobody.
        if (this.#followed.get(conversationId) !== followed) return;
        // Of another history than the cursor: what became of that the subscription's answer tells.
        if (page.epoch !== followed.epoch) {
          followed.paging = false;
          return this.#want(conversationId, 0);
        }
        for (const event of page.events) {
          this.#asOf.set(event, page.asOfSeq);
          this.#hand(conversationId, followed.stream.offer(event));
        }
        more = page.more || (followed.stream.hasHole && followed.stream.cursor !== after);
      }
      followed.paging = false;
      if (followed.stream.hasHole) this.#again(connection, [conversationId], null);
    } catch (error) {
      followed.paging = false;
      const { code, retryAfterMs } = error as RequestError;
      if (isRetryable(code)) this.#again(connection, [conversationId], retryAfterMs);
    }
  }
}

/** How far the history of an earlier epoch stands, by the answer to its cursor. */
function standing(result: Exclude<SubscribeResult, { result: 'refused' }>): number {
  return result.result === 'gap' ? result.from - 1 : Number.POSITIVE_INFINITY;
}
