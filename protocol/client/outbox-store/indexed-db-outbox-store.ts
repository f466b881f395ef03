// The outbox in a browser: one IndexedDB database for each user, so that what one person wrote is not sent by the next
// at the same browser. `put` resolves when the browser says that it is on disk. Tabs share the database; tab-queues.ts
// says who sends what. Without Web Locks each tab sends all it finds when it opens, which does no harm (MSG-4).
import type { OutboxStore, QueuedMessage } from './outbox-store.ts';
import { TabQueues } from './tab-queues.ts';
import {
  browserPlatform,
  type IdbDatabase,
  type IdbObjectStore,
  type IdbRequest,
  type IdbTransaction,
  type WebPlatform,
} from './web-platform.ts';

interface MessageRecord {
  /** Given by the database: the order over all tabs. */
  readonly position: number;
  /** The tab whose queue it is in. */
  readonly writer: string;
  readonly message: QueuedMessage;
}

export const databasePrefix = 'skein.outbox.';
const version = 1;
const messages = 'messages';
const byKey = 'key';
const byWriter = 'writer';

export class IndexedDbOutboxStore implements OutboxStore {
  readonly #name: string;
  readonly #platform: WebPlatform;
  readonly #tabs: TabQueues | null;
  readonly #writer: string;
  #database: Promise<IdbDatabase> | null = null;
  #inherit: (messages: readonly QueuedMessage[]) => void = () => undefined;
  /** Messages taken over before `load` has answered. */
  #found: MessageRecord[] | null = null;

  constructor(userId: string, platform: WebPlatform = browserPlatform()) {
    const { locks, openChannel } = platform;
    const name = (this.#name = databasePrefix + userId);
    this.#platform = platform;
    const takeOver = (writer: string) => this.#takeOver(writer);
    this.#tabs = locks ? new TabQueues({ name, locks, openChannel, takeOver }) : null;
    this.#writer = this.#tabs?.writer ?? 'any';
  }

  async load(inherit: (messages: readonly QueuedMessage[]) => void): Promise<readonly QueuedMessage[]> {
    this.#inherit = inherit;
    const found: MessageRecord[] = (this.#found = []);
    await this.#tabs?.start();
    for (const writer of await this.#writers()) {
      if (this.#tabs) await this.#tabs.takeOverIfLeft(writer);
      else await this.#takeOver(writer);
    }
    this.#found = null;
    return found.sort((a, b) => a.position - b.position).map(({ message }) => message);
  }

  async put(message: QueuedMessage): Promise<void> {
    const transaction = (await this.#open()).transaction(messages, 'readwrite', { durability: 'strict' });
    const done = committed(transaction);
    const store = transaction.objectStore(messages);
    withPosition(store, message.key, (position) => {
      if (position !== undefined) store.delete(position);
      store.add({ writer: this.#writer, message });
    });
    await done;
  }

  async remove(key: string): Promise<void> {
    const transaction = (await this.#open()).transaction(messages, 'readwrite');
    const done = committed(transaction);
    const store = transaction.objectStore(messages);
    withPosition(store, key, (position) => {
      if (position !== undefined) store.delete(position);
    });
    await done;
  }

  /** Forgets everything of this user, whichever tab wrote it: for signing out. */
  async clear(): Promise<void> {
    const transaction = (await this.#open()).transaction(messages, 'readwrite');
    const done = committed(transaction);
    transaction.objectStore(messages).clear();
    await done;
  }

  /** Leaves the queue to other tabs, as closing the tab does. */
  close(): void {
    this.#tabs?.stop();
  }

  async #writers(): Promise<string[]> {
    const store = (await this.#open()).transaction(messages, 'readonly').objectStore(messages);
    const records = (await answer(store.getAll())) as MessageRecord[];
    return [...new Set(records.map(({ writer }) => writer))];
  }

  /** Makes another writer's queue this one's, at once or not at all. */
  async #takeOver(writer: string): Promise<void> {
    const transaction = (await this.#open()).transaction(messages, 'readwrite', { durability: 'strict' });
    const done = committed(transaction);
    const store = transaction.objectStore(messages);
    const left = store.index(byWriter).getAll(writer);
    left.onsuccess = () => {
      for (const record of left.result as MessageRecord[]) store.put({ ...record, writer: this.#writer });
    };
    await done;
    const records = left.result as MessageRecord[];
    if (this.#found) this.#found.push(...records);
    else if (records.length > 0) this.#inherit(records.map(({ message }) => message));
  }

  #open(): Promise<IdbDatabase> {
    this.#database ??= this.#openAnew().catch((error: unknown) => {
      this.#database = null;
      throw error;
    });
    return this.#database;
  }

  async #openAnew(): Promise<IdbDatabase> {
    const request = this.#platform.indexedDB.open(this.#name, version);
    request.onupgradeneeded = () => {
      const store = request.result.createObjectStore(messages, { keyPath: 'position', autoIncrement: true });
      store.createIndex(byKey, 'message.key', { unique: true });
      store.createIndex(byWriter, 'writer');
    };
    const database = await answer(request);
    // Another tab brings a newer version of the page, or the person clears the site's data: make way, and open anew.
    database.onversionchange = database.onclose = () => {
      database.close();
      this.#database = null;
    };
    return database;
  }
}

/** Goes on with the place of the key's record, undefined when there is none, in the same transaction. */
function withPosition(store: IdbObjectStore, key: string, next: (position: unknown) => void): void {
  const found = store.index(byKey).getKey(key);
  found.onsuccess = () => next(found.result);
}

function answer<T>(request: IdbRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'));
  });
}

/** Resolves once everything done in the transaction is kept. */
function committed(transaction: IdbTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB aborted'));
  });
}
