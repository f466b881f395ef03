// Messages on their way out: on the screen at once, in IndexedDB until acknowledged, in the SDK's outbox meanwhile.
import { RequestError, type SkeinClient } from '../../../protocol/client/index.ts';
import type { Action } from '../store/action.ts';
import type { ChatState } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import type { OutgoingStorage } from './outgoing-storage.ts';

export class Sending {
  readonly #client: SkeinClient;
  readonly #store: Store<ChatState, Action>;
  readonly #storage: OutgoingStorage;

  constructor(client: SkeinClient, store: Store<ChatState, Action>, storage: OutgoingStorage) {
    this.#client = client;
    this.#store = store;
    this.#storage = storage;
  }

  /** Takes up what an earlier page left unacknowledged, before anything new is written. */
  async restore(): Promise<void> {
    for (const { key, conversationId, body, writtenAtMs } of await this.#storage.all()) {
      this.#hand(conversationId, key, body, writtenAtMs);
    }
  }

  send(conversationId: string, body: string): void {
    const key = this.#client.newKey();
    const writtenAtMs = this.#client.now();
    // Kept beside, not before: a full disk must not hold up a message that the network would take.
    void this.#storage.keep({ key, conversationId, body, writtenAtMs }).catch(() => undefined);
    this.#hand(conversationId, key, body, writtenAtMs);
  }

  /** A refused message was not stored: it is written anew, after whatever was written since. */
  retry(conversationId: string, key: string): void {
    const body = this.#store
      .get()
      .outgoing.get(conversationId)
      ?.find((message) => message.key === key)?.body;
    if (body === undefined) return;
    this.discard(conversationId, key);
    this.send(conversationId, body);
  }

  discard(conversationId: string, key: string): void {
    this.#store.dispatch({ type: 'discarded', id: conversationId, key });
    this.#forget(key);
  }

  /** Signing out: what was not sent is not for the next person at this browser. */
  discardAll(): Promise<void> {
    return this.#storage.forgetAll();
  }

  #hand(id: string, key: string, body: string, atMs: number): void {
    this.#store.dispatch({ type: 'written', id, key, body, atMs });
    this.#client.send(id, body, key).then(
      ({ seq, ordinal }) => {
        this.#forget(key);
        this.#store.dispatch({ type: 'accepted', id, key, seq, ordinal });
        // Whoever writes has read what stands above.
        this.#client.markRead(id, seq);
      },
      (error: unknown) => {
        this.#store.dispatch({ type: 'sendFailed', id, key, reason: reasonOf(error) });
      },
    );
  }

  #forget(key: string): void {
    void this.#storage.forget(key).catch(() => undefined);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof RequestError)) return 'It could not be sent.';
  // The server's "overloaded" is waited out by the SDK; here it means that its outbox is full (OFF-1).
  if (error.code === 'overloaded') return 'Too many messages are waiting to be sent.';
  return error.message;
}
