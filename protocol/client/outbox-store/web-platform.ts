// The parts of IndexedDB, Web Locks and BroadcastChannel that the browser's store uses, as types: this folder is
// compiled without the browsers' library, since Node runs it too.

export interface IdbRequest<T = unknown> {
  readonly result: T;
  readonly error: Error | null;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
}

export interface IdbOpenRequest extends IdbRequest<IdbDatabase> {
  onupgradeneeded: (() => void) | null;
}

export interface IdbFactory {
  open(name: string, version: number): IdbOpenRequest;
}

export interface IdbDatabase {
  createObjectStore(name: string, options: { keyPath: string; autoIncrement: boolean }): IdbObjectStore;
  transaction(
    store: string,
    mode: 'readonly' | 'readwrite',
    options?: { durability: 'strict' | 'relaxed' },
  ): IdbTransaction;
  close(): void;
  onversionchange: (() => void) | null;
  onclose: (() => void) | null;
}

export interface IdbTransaction {
  objectStore(name: string): IdbObjectStore;
  readonly error: Error | null;
  oncomplete: (() => void) | null;
  onabort: (() => void) | null;
}

export interface IdbObjectStore {
  createIndex(name: string, keyPath: string, options?: { unique: boolean }): IdbIndex;
  index(name: string): IdbIndex;
  add(value: unknown): IdbRequest;
  put(value: unknown): IdbRequest;
  delete(key: unknown): IdbRequest;
  getAll(): IdbRequest<unknown[]>;
  clear(): IdbRequest;
}

export interface IdbIndex {
  getKey(query: string): IdbRequest;
  getAll(query: string): IdbRequest<unknown[]>;
}

export interface WebLocks {
  /** Resolves with what `work` resolves with; the lock, or null, is held until then. */
  request(
    name: string,
    options: { ifAvailable?: boolean; signal?: AbortSignal },
    work: (lock: unknown) => Promise<void>,
  ): Promise<void>;
  query(): Promise<{ held?: readonly { name?: string }[] }>;
}

export interface WebChannel {
  onmessage: ((event: { data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

export interface WebPlatform {
  readonly indexedDB: IdbFactory;
  /** Not there in old browsers. */
  readonly locks: WebLocks | undefined;
  readonly openChannel: (name: string) => WebChannel;
}

interface BrowserGlobals {
  readonly indexedDB: IdbFactory;
  readonly navigator: { readonly locks?: WebLocks };
  readonly BroadcastChannel: new (name: string) => WebChannel;
}

/** This page's. */
export function browserPlatform(): WebPlatform {
  const { indexedDB, navigator, BroadcastChannel } = globalThis as unknown as BrowserGlobals;
  return { indexedDB, locks: navigator.locks, openChannel: (name) => new BroadcastChannel(name) };
}
