// Messages on their way (OFF-1, OFF-2): each is in the store before it is on the wire, and leaves it when the server
// has accepted it. What the server refuses for good stays, with the reason, until the application retries or discards
// it. So nothing is lost when the connection, the page or the program ends, and by its key nothing is doubled.
import type { RequestError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Connection } from './connection.ts';
import { contentFault, sameContent, type MessageContent } from './message-content.ts';
import {
  failedBy,
  giveUp,
  newItem,
  refusalOf,
  shown,
  storeError,
  type OutboxItem,
  type OutboxMessage,
  type OutboxState,
} from './outbox-item.ts';
import type { OutboxStore, QueuedMessage, SendFailure } from './outbox-store/outbox-store.ts';
import { localError } from './requests.ts';
import { Transmitter, type Acknowledgement } from './transmitter.ts';

export type { OutboxMessage, OutboxState } from './outbox-item.ts';
export type { Acknowledgement } from './transmitter.ts';

export interface OutboxOptions {
  readonly store: OutboxStore;
  readonly newKey: () => string;
  /** The server's time in ms, as well as it is known. */
  readonly now: () => number;
  readonly changed: (message: OutboxMessage) => void;
}

/** The later states of a message; both may be ignored. */
export interface Fate {
  /** It is in the store. */
  readonly kept: Promise<void>;
  readonly accepted: Promise<Acknowledgement>;
}

/** Under these the key is at fault. After any other a message may have been stored once, and the same key finds it. */
const codesOfBadKeys: ReadonlySet<string> = new Set(['key_invalid', 'key_from_future', 'key_reused']);
const queued: OutboxState = { name: 'queued' };

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #transmitter: Transmitter<OutboxItem>;
  /** By key: what is in the store, or on its way there. */
  readonly #items = new Map<string, OutboxItem>();
  /** Written while the store was being read. */
  #early: OutboxItem[] = [];
  #loading: Promise<void> | null = null;
  #loaded = false;
  /** Settles when everything written so far is in the store, or failed to get there. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#transmitter = new Transmitter<OutboxItem>({
      sending: (item) => this.#become(item, { name: 'sending' }),
      waiting: (item) => this.#become(item, queued),
      accepted: (item, acknowledgement) => this.#accepted(item, acknowledgement),
      refused: (item, error) => this.#refused(item, error),
    });
  }

  /** Messages that are on their way; those that failed are not. */
  get size(): number {
    let failed = 0;
    for (const { state } of this.#items.values()) if (state?.name === 'failed') failed++;
    return this.#items.size - failed + this.#early.length;
  }

  /** In the order in which they will be sent. */
  list(): OutboxMessage[] {
    return [...this.#items.values()].flatMap((item) => (item.state ? [shown(item, item.state)] : []));
  }

  /** Takes up what was left in the store. Done once; after a failure the next call tries again. */
  load(): Promise<void> {
    this.#loading ??= this.#restore();
    return this.#loading;
  }

  add(conversationId: string, key: string, content: MessageContent): Fate {
    const { now } = this.#options;
    const message = { conversationId, key, writtenAtMs: now(), content, failure: null };
    const fault = contentFault(content);
    const item = fault ? newItem(message) : (this.#known(message) ?? this.#admit(message));
    if (fault) giveUp(item, localError(fault));
    return { kept: item.kept.promise, accepted: item.accepted.promise };
  }

  /** Writes a failed message anew, after all others; resolves when that is in the store. */
  async retry(key: string): Promise<void> {
    const failed = this.#items.get(key);
    if (failed?.state?.name !== 'failed') return;
    const isKeyBad = codesOfBadKeys.has(failed.state.code);
    const again = newItem({
      ...failed.message,
      key: isKeyBad ? this.#options.newKey() : key,
      writtenAtMs: this.#options.now(),
      failure: null,
    });
    this.#leave(failed, { name: 'discarded' });
    this.#items.set(again.message.key, again);
    await failed.stored;
    void this.#keep(again);
    try {
      await again.kept.promise;
    } catch (error) {
      this.#takeUp([failed.message]); // which is in the store as it was
      throw error;
    }
    if (isKeyBad) await this.#options.store.remove(key).catch(() => undefined); // it would only fail again
  }

  /** Forgets a message. One that is on the wire, or was, may arrive all the same. */
  async discard(key: string): Promise<void> {
    const item = this.#items.get(key);
    if (!item) return;
    await item.kept.promise.catch(() => undefined);
    if (this.#items.get(key) !== item) return; // it was not kept, or is accepted
    this.#transmitter.remove(item);
    await item.stored;
    try {
      await this.#options.store.remove(key);
    } catch (cause) {
      const error = storeError(cause);
      this.#become(item, failedBy(error));
      giveUp(item, error);
      throw error;
    }
    this.#leave(item, { name: 'discarded' });
    giveUp(item, localError('discarded'));
  }

  online(connection: Connection): void {
    this.load().catch(() => undefined); // the next send tries again, and says so
    this.#transmitter.online(connection);
  }

  offline(): void {
    this.#transmitter.offline();
  }

  async #restore(): Promise<void> {
    try {
      this.#takeUp(await this.#options.store.load((left) => this.#takeUp(left)));
      this.#loaded = true;
      const early = this.#early;
      this.#early = [];
      for (const item of early) this.#enter(item);
    } catch (cause) {
      this.#loading = null;
      const error = storeError(cause);
      const early = this.#early;
      this.#early = [];
      for (const item of early) giveUp(item, error);
      throw error;
    }
  }

  /** Messages of an earlier client, or of another tab that was closed. */
  #takeUp(messages: readonly QueuedMessage[]): void {
    for (const message of messages) {
      if (this.#items.has(message.key)) continue;
      const item = newItem(message);
      this.#items.set(message.key, item);
      item.kept.resolve();
      if (message.failure) {
        item.accepted.reject(refusalOf(message.failure));
        this.#become(item, { name: 'failed', ...message.failure });
      } else this.#release(item);
    }
  }

  /** The same message again is one message; a failed one is written anew. */
  #known(message: QueuedMessage): OutboxItem | null {
    const known =
      this.#items.get(message.key) ?? this.#early.find((early) => early.message.key === message.key);
    if (!known) return null;
    const isSame =
      known.message.conversationId === message.conversationId &&
      sameContent(known.message.content, message.content);
    if (!isSame) {
      const other = newItem(message);
      giveUp(other, localError('key_reused'));
      return other;
    }
    if (known.state?.name !== 'failed') return known;
    this.#leave(known, { name: 'discarded' });
    return null;
  }

  #admit(message: QueuedMessage): OutboxItem {
    const item = newItem(message);
    if (this.#loaded) this.#enter(item);
    else {
      this.#early.push(item);
      this.load().catch(() => undefined); // which fails the item too
    }
    return item;
  }

  #enter(item: OutboxItem): void {
    if (this.#items.size >= limits.outboxMessagesMax) return giveUp(item, localError('outbox_full'));
    this.#items.set(item.message.key, item);
    void this.#keep(item);
  }

  /** Puts a message in the store, and only then on the wire: in the written order, whichever `put` is done first. */
  async #keep(item: OutboxItem): Promise<void> {
    const put = this.#options.store.put(item.message).then(
      () => null,
      (cause: unknown) => storeError(cause),
    );
    const before = this.#turn;
    const done = Promise.withResolvers<void>();
    this.#turn = done.promise;
    await before;
    const error = await put;
    done.resolve();
    if (error) {
      this.#items.delete(item.message.key);
      return giveUp(item, error);
    }
    item.kept.resolve();
    this.#release(item);
  }

  #release(item: OutboxItem): void {
    this.#become(item, queued);
    this.#transmitter.add(item);
  }

  #accepted(item: OutboxItem, acknowledgement: Acknowledgement): void {
    const { seq, ordinal, atMs } = acknowledgement;
    this.#leave(item, { name: 'sent', seq, ordinal, atMs });
    item.accepted.resolve(acknowledgement);
    // One that cannot be removed is sent again by a later client, under the same key.
    this.#options.store.remove(item.message.key).catch(() => undefined);
  }

  #refused(item: OutboxItem, error: RequestError): void {
    const failure: SendFailure = { code: error.code, message: error.message };
    item.message = { ...item.message, failure };
    // If this is not kept, a later client sends the message and is refused again.
    item.stored = this.#options.store.put(item.message).catch(() => undefined);
    this.#become(item, failedBy(error));
    item.accepted.reject(error);
  }

  #become(item: OutboxItem, state: OutboxState): void {
    item.state = state;
    this.#options.changed(shown(item, state));
  }

  #leave(item: OutboxItem, state: OutboxState): void {
    this.#items.delete(item.message.key);
    this.#become(item, state);
  }
}
