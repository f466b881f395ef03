// Against an IndexedDB in memory, and locks as browsers have them: one holder at a time, freed when the tab is gone.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'node:test';
import { IDBFactory } from 'fake-indexeddb';
import { loaded, queuedMessage, testOutboxStore } from '../testing/outbox-store-contract.ts';
import { IndexedDbOutboxStore } from './indexed-db-outbox-store.ts';
import type { QueuedMessage } from './outbox-store.ts';
import type { IdbFactory, WebChannel, WebLocks, WebPlatform } from './web-platform.ts';

class Locks implements WebLocks {
  readonly #tails = new Map<string, Promise<void>>();
  readonly #held = new Set<string>();

  async request(
    name: string,
    { ifAvailable, signal }: { ifAvailable?: boolean; signal?: AbortSignal },
    work: (lock: unknown) => Promise<void>,
  ): Promise<void> {
    if (ifAvailable && this.#held.has(name)) return work(null);
    const turn = Promise.withResolvers<void>();
    const before = this.#tails.get(name);
    this.#tails.set(name, turn.promise);
    try {
      if (this.#held.has(name)) await before;
      signal?.throwIfAborted();
      this.#held.add(name);
      await work({ name });
    } finally {
      this.#held.delete(name);
      turn.resolve();
    }
  }
  query(): Promise<{ held: { name: string }[] }> {
    return Promise.resolve({ held: [...this.#held].map((name) => ({ name })) });
  }
}

class Browser {
  readonly indexedDB = new IDBFactory() as unknown as IdbFactory;
  readonly locks = new Locks();
  readonly #channels = new Set<WebChannel>();

  tab(): WebPlatform {
    const channels = this.#channels;
    const openChannel = (): WebChannel => {
      const channel: WebChannel = {
        onmessage: null,
        postMessage: (data) => {
          for (const each of channels) if (each !== channel) setImmediate(() => each.onmessage?.({ data }));
        },
        close: () => void channels.delete(channel),
      };
      channels.add(channel);
      return channel;
    };
    return { indexedDB: this.indexedDB, locks: this.locks, openChannel };
  }
}

interface Tab {
  readonly store: IndexedDbOutboxStore;
  readonly found: string[];
  readonly inherited: string[];
}

const bodies = (messages: readonly QueuedMessage[]) => messages.map(({ content }) => content.body);

async function openTab(browser: Browser, userId = 'ada'): Promise<Tab> {
  const store = new IndexedDbOutboxStore(userId, browser.tab());
  const inherited: string[] = [];
  const found = bodies(await store.load((left) => void inherited.push(...bodies(left))));
  return { store, found, inherited };
}

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 5_000; !condition(); await delay(2)) {
    if (performance.now() > deadline) throw new Error(`never: ${condition.toString()}`);
  }
}

const browsers = new Map<string, Browser>();
const open = new Map<string, IndexedDbOutboxStore>();

testOutboxStore('IndexedDB', (place) => {
  const browser = browsers.get(place) ?? new Browser();
  browsers.set(place, browser);
  open.get(place)?.close();
  const store = new IndexedDbOutboxStore('ada', browser.tab());
  open.set(place, store);
  return store;
});

testOutboxStore('IndexedDB without locks', (place) => {
  const browser = browsers.get(place) ?? new Browser();
  browsers.set(place, browser);
  return new IndexedDbOutboxStore('ada', { ...browser.tab(), locks: undefined });
});

void test('[OFF-2] a tab that opens sends nothing that another one is sending', async () => {
  const browser = new Browser();
  const first = await openTab(browser);
  await first.store.put(queuedMessage('a'));
  const second = await openTab(browser);
  assert.deepEqual(second.found, []);
  await second.store.put(queuedMessage('b'));
  await delay(10);
  assert.deepEqual([first.inherited, second.inherited], [[], []]);
});

void test('[OFF-2] what a closed tab left is sent by one of those that are open, in order', async () => {
  const browser = new Browser();
  const tabs = [await openTab(browser), await openTab(browser), await openTab(browser)];
  for (const closed of [1, 0]) {
    const written = ['a', 'b', 'c'].map((body) => `${closed} ${body}`);
    for (const body of written) await tabs[closed]!.store.put(queuedMessage(body));
    tabs[closed]!.store.close();
    const others = tabs.filter((_, at) => at !== closed);
    await until(() => others.some(({ inherited }) => inherited.includes(written[0]!)));
    await delay(5);
    assert.deepEqual(
      others
        .filter(({ inherited }) => inherited.includes(written[0]!))
        .map(({ inherited }) => inherited.slice(-3)),
      [written],
    );
    // The present owner keeps it for good.
    for (const { inherited } of tabs) inherited.length = 0;
  }
});

void test('[OFF-2] what is inherited is left to the next again, and removed for all', async () => {
  const browser = new Browser();
  const first = await openTab(browser);
  const [a, b] = [queuedMessage('a'), queuedMessage('b')];
  for (const message of [a, b]) await first.store.put(message);
  const second = await openTab(browser);
  first.store.close();
  await until(() => second.inherited.length === 2);
  await second.store.remove(a.key);
  second.store.close();
  assert.deepEqual((await openTab(browser)).found, ['b']);
});

void test('[OFF-1] what tabs wrote in turns is found by the next in the written order', async () => {
  const browser = new Browser();
  const [first, second] = [await openTab(browser), await openTab(browser)];
  await first.store.put(queuedMessage('1'));
  await second.store.put(queuedMessage('2'));
  await first.store.put(queuedMessage('3'));
  // The whole browser ends at once: nobody is there to inherit.
  const reopened = new Browser();
  const restarted = { ...reopened.tab(), indexedDB: browser.indexedDB };
  const store = new IndexedDbOutboxStore('ada', restarted);
  assert.deepEqual(bodies(await loaded(store)), ['1', '2', '3']);
});

void test('[OFF-1] each user has a database; signing out forgets one, whichever tab wrote it', async () => {
  const browser = new Browser();
  const [ada, adaToo, bob] = [await openTab(browser), await openTab(browser), await openTab(browser, 'bob')];
  await ada.store.put(queuedMessage('a'));
  await adaToo.store.put(queuedMessage('b'));
  await bob.store.put(queuedMessage('c'));
  ada.store.close();
  await ada.store.clear();
  adaToo.store.close();
  bob.store.close();
  assert.deepEqual((await openTab(browser)).found, []);
  assert.deepEqual((await openTab(browser, 'bob')).found, ['c']);
});

void test('[OFF-1] a transaction that the browser aborts, as for a full disk, is a message that is not kept', async () => {
  const browser = new Browser();
  const { store } = await openTab(browser);
  // Something that cannot be stored stands for a disk that is full: both end in an aborted transaction or a throw.
  const impossible = { ...queuedMessage('a'), content: { body: () => 'no' } } as unknown as QueuedMessage;
  await assert.rejects(store.put(impossible));
  await store.put(queuedMessage('b'));
  store.close();
  assert.deepEqual((await openTab(browser)).found, ['b']);
});
