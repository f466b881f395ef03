// The page's IndexedDB: what must outlive a reload and is too precious or too large for localStorage.

const name = 'skein';
const version = 1;

/** One record per user: the device and its key pair. */
export const devicesStore = 'devices';

export function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(devicesStore, { keyPath: 'userId' });
  };
  return answer(request).then((database) => {
    // Another tab brings a newer version of the page: make way for it.
    database.onversionchange = () => database.close();
    return database;
  });
}

export function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'));
  });
}

/** Resolves once everything done in the transaction is kept. */
export function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB aborted'));
  });
}
