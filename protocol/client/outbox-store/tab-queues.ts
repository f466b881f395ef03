// Which tab sends what, when several share one store: each tab is a writer with a queue of its own, and sends what it
// wrote. A tab that ends, however it ends, leaves its queue to one of the others, or to the next that opens.
//
// Every tab holds a lock with its writer's name for as long as it lives; the browser frees it when the tab is gone.
// Whoever gets the lock of another writer is the only one who has it, so that one tab alone takes the queue over. Tabs
// find each other both ways: a newcomer looks at the locks that are held, then calls; those who hear it wait for its lock.
import type { WebChannel, WebLocks } from './web-platform.ts';

export interface TabQueuesOptions {
  /** Of the store that the tabs share. */
  readonly name: string;
  readonly locks: WebLocks;
  readonly openChannel: (name: string) => WebChannel;
  /** The writer has ended: takes over what it left. */
  readonly takeOver: (writer: string) => Promise<void>;
}

export class TabQueues {
  readonly writer = crypto.randomUUID();
  readonly #options: TabQueuesOptions;
  readonly #prefix: string;
  readonly #ended = Promise.withResolvers<void>();
  readonly #stop = new AbortController();
  readonly #awaited = new Set<string>([this.writer]);
  #channel: WebChannel | undefined;
  #started: Promise<void> | null = null;

  constructor(options: TabQueuesOptions) {
    this.#options = options;
    this.#prefix = `${options.name}.writer.`;
  }

  /** Resolves once this tab owns its queue and waits for those of all others. */
  start(): Promise<void> {
    this.#started ??= this.#start();
    return this.#started;
  }

  /** Takes over a queue that nobody owns; does nothing while its writer lives. */
  async takeOverIfLeft(writer: string): Promise<void> {
    const { locks, takeOver } = this.#options;
    await locks.request(this.#prefix + writer, { ifAvailable: true }, async (lock) => {
      if (lock) await takeOver(writer);
    });
  }

  /** Leaves the queue to others. */
  stop(): void {
    this.#stop.abort();
    this.#channel?.close();
    this.#ended.resolve();
  }

  async #start(): Promise<void> {
    const { name, locks, openChannel } = this.#options;
    // Before the lock is held: whoever looks at the locks earlier than that calls later, and is heard.
    this.#channel = openChannel(name);
    this.#channel.onmessage = ({ data }) => this.#await(String(data));
    await this.#own();
    const { held = [] } = await locks.query();
    for (const { name: lock = '' } of held) {
      if (lock.startsWith(this.#prefix)) this.#await(lock.slice(this.#prefix.length));
    }
    this.#channel.postMessage(this.writer);
  }

  #own(): Promise<void> {
    const { locks } = this.#options;
    return new Promise((resolve, reject) => {
      locks
        .request(this.#prefix + this.writer, {}, () => {
          resolve();
          return this.#ended.promise;
        })
        .catch(reject);
    });
  }

  #await(writer: string): void {
    if (this.#awaited.has(writer)) return;
    this.#awaited.add(writer);
    const { locks, takeOver } = this.#options;
    locks
      .request(this.#prefix + writer, { signal: this.#stop.signal }, () => takeOver(writer))
      .catch(() => undefined) // stopped; or the store failed, and the next tab that opens looks again
      .finally(() => this.#awaited.delete(writer));
  }
}
