// The cluster's shared values in JetStream KV: members, the leader's lease, the shard map. Create and update are
// compare-and-set by revision.
import { Kvm, type KV, type KvEntry } from '@nats-io/kv';
import { jetstream, JetStreamApiError, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { membershipTiming } from './timing.ts';

export interface Versioned<Value> {
  readonly value: Value;
  readonly revision: number;
}

const wrongLastSequence = 10071;

export class ClusterKv {
  readonly #kv: KV;
  readonly #manager: JetStreamManager;
  readonly #bucket: string;

  private constructor(kv: KV, manager: JetStreamManager, bucket: string) {
    this.#kv = kv;
    this.#manager = manager;
    this.#bucket = bucket;
  }

  static async open(connection: NatsConnection, namespace: string): Promise<ClusterKv> {
    const client = jetstream(connection, { timeout: membershipTiming.kvTimeoutMs });
    const bucket = `${namespace}_cluster`;
    // Read from the replica that takes the writes: another one may be behind, and what is read decides who is dead.
    const kv = await new Kvm(client).create(bucket, { history: 1, allow_direct: false });
    return new ClusterKv(kv, await client.jetstreamManager(false), bucket);
  }

  /** The wall time of NATS; null when it is too old to say (before 2.10). */
  async time(): Promise<number | null> {
    const { ts } = await this.#manager.streams.info(this.#stream);
    return ts ? Date.parse(ts) : null;
  }

  async get<Value>(key: string): Promise<Versioned<Value> | null> {
    return versioned(await this.#kv.get(key));
  }

  /** Every live entry whose key begins with the prefix. */
  async list<Value>(prefix: string): Promise<Map<string, Versioned<Value>>> {
    const found = new Map<string, Versioned<Value>>();
    const look = async (key: string): Promise<void> => {
      const entry = await this.get<Value>(key);
      if (entry) found.set(key.slice(prefix.length + 1), entry);
    };
    await Promise.all((await this.#keys(`${prefix}.>`)).map(look));
    return found;
  }

  /** Takes away the marks of keys that were deleted this long ago: NATS keeps them, and each list looks at them. */
  async forgetDeleted(olderThanMs: number): Promise<void> {
    const nowMs = await this.time();
    if (nowMs === null) return;
    for (const key of await this.#keys('>')) {
      const entry = await this.#kv.get(key);
      if (!entry || entry.operation === 'PUT' || nowMs - entry.created.getTime() < olderThanMs) continue;
      // Up to the mark and no further: the key may be in use again.
      await this.#manager.streams.purge(this.#stream, {
        filter: this.#subject(key),
        seq: entry.revision + 1,
      });
    }
  }

  put(key: string, value: unknown): Promise<number> {
    return this.#kv.put(key, JSON.stringify(value));
  }

  /** Writes when the key is at this revision (0: absent); null when it is not. */
  async compareAndSet(key: string, value: unknown, revision: number): Promise<number | null> {
    try {
      const text = JSON.stringify(value);
      return revision === 0 ? await this.#kv.create(key, text) : await this.#kv.update(key, text, revision);
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === wrongLastSequence) return null;
      throw error;
    }
  }

  delete(key: string): Promise<void> {
    return this.#kv.delete(key);
  }

  /** Calls back for every key with this prefix, now and after changes; the value is null once it was deleted. */
  async watchAll<Value>(
    prefix: string,
    onEntry: (name: string, entry: Versioned<Value | null>) => void,
  ): Promise<() => void> {
    const watch = await this.#kv.watch({ key: `${prefix}.>` });
    const follow = async (): Promise<void> => {
      for await (const entry of watch) {
        const { revision } = entry;
        onEntry(entry.key.slice(prefix.length + 1), versioned<Value>(entry) ?? { value: null, revision });
      }
    };
    follow().catch(() => undefined);
    return () => watch.stop();
  }

  /** Calls back with what the key holds, now and after changes. Values in between may be skipped. */
  async watch<Value>(key: string, onValue: (entry: Versioned<Value>) => void): Promise<() => void> {
    const watch = await this.#kv.watch({ key });
    const follow = async (): Promise<void> => {
      for await (const entry of watch) {
        const value = versioned<Value>(entry);
        if (value) onValue(value);
      }
    };
    // A watch that ends is made up for by whoever reads the key anew now and then, as everyone has to.
    follow().catch(() => undefined);
    return () => watch.stop();
  }

  get #stream(): string {
    return `KV_${this.#bucket}`;
  }

  #subject(key: string): string {
    return `$KV.${this.#bucket}.${key}`;
  }

  /**
   * Keys that match, deleted ones too, all as of one moment. The client's own `keys` follows the bucket while it changes,
   * and misses keys that are written meanwhile.
   */
  async #keys(filter: string): Promise<string[]> {
    const { state } = await this.#manager.streams.info(this.#stream, {
      subjects_filter: this.#subject(filter),
    });
    const { length } = this.#subject('');
    return Object.keys(state.subjects ?? {}).map((subject) => subject.slice(length));
  }
}

function versioned<Value>(entry: KvEntry | null): Versioned<Value> | null {
  if (!entry || entry.operation !== 'PUT') return null;
  return { value: entry.json<Value>(), revision: entry.revision };
}
