// The default store: messages live as long as the object, which a program may hand from one client to the next.
import type { OutboxStore, QueuedMessage } from './outbox-store.ts';

export class MemoryOutboxStore implements OutboxStore {
  readonly #messages = new Map<string, QueuedMessage>();

  load(): Promise<readonly QueuedMessage[]> {
    return Promise.resolve([...this.#messages.values()]);
  }

  put(message: QueuedMessage): Promise<void> {
    this.#messages.delete(message.key);
    this.#messages.set(message.key, message);
    return Promise.resolve();
  }

  remove(key: string): Promise<void> {
    this.#messages.delete(key);
    return Promise.resolve();
  }
}
