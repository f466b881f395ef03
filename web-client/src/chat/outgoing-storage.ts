// Messages written and not acknowledged, so that closing the page does not lose them (OFF-1). They go out again
// under the same keys, which makes a second sending harmless (MSG-4).
import { answer, committed, outgoingStore } from '../browser/database.ts';

export interface StoredOutgoing {
  readonly userId: string;
  readonly key: string;
  readonly conversationId: string;
  readonly body: string;
  readonly writtenAtMs: number;
}

export class OutgoingStorage {
  readonly #database: IDBDatabase;
  readonly #userId: string;

  constructor(database: IDBDatabase, userId: string) {
    this.#database = database;
    this.#userId = userId;
  }

  /** In the order they were written: keys sort by time. */
  async all(): Promise<StoredOutgoing[]> {
    const store = this.#database.transaction(outgoingStore).objectStore(outgoingStore);
    return (await answer(store.getAll(this.#range()))) as StoredOutgoing[];
  }

  keep(message: Omit<StoredOutgoing, 'userId'>): Promise<void> {
    return this.#write((store) => store.put({ ...message, userId: this.#userId }));
  }

  forget(key: string): Promise<void> {
    return this.#write((store) => store.delete([this.#userId, key]));
  }

  forgetAll(): Promise<void> {
    return this.#write((store) => store.delete(this.#range()));
  }

  #range(): IDBKeyRange {
    return IDBKeyRange.bound([this.#userId, ''], [this.#userId, '\uffff']);
  }

  async #write(change: (store: IDBObjectStore) => unknown): Promise<void> {
    const transaction = this.#database.transaction(outgoingStore, 'readwrite');
    change(transaction.objectStore(outgoingStore));
    await committed(transaction);
  }
}
