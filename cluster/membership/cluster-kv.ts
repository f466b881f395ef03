// The cluster's shared values in JetStream KV: members, the leader's lease, the shard map. Create and update are
// compare-and-set by revision.
import { Kvm, type KV, type KvEntry } from '@nats-io/kv';
import { jetstream, JetStreamApiError } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { membershipTiming } from './timing.ts';

export interface Versioned<Value> {
  readonly value: Value;
  readonly revision: number;
}

const wrongLastSequence = 10071;

export class ClusterKv {
  readonly #kv: KV;
  readonly #serverTime: () => Promise<number | null>;

  private constructor(kv: KV, serverTime: () => Promise<number | null>) {
    this.#kv = kv;
    this.#serverTime = serverTime;
  }

  static async open(connection: NatsConnection, namespace: string): Promise<ClusterKv> {
    const client = jetstream(connection, { timeout: membershipTiming.kvTimeoutMs });
    const bucket = `${namespace}_cluster`;
    const kv = await new Kvm(client).create(bucket, { history: 1 });
    const manager = await client.jetstreamManager(false);
    return new ClusterKv(kv, async () => {
      const { ts } = await manager.streams.info(`KV_${bucket}`);
      return ts ? Date.parse(ts) : null;
    });
  }

  /** The wall time of NATS; null when it is too old to say (before 2.10). */
  time(): Promise<number | null> {
    return this.#serverTime();
  }

  async get<Value>(key: string): Promise<Versioned<Value> | null> {
    return versioned(await this.#kv.get(key));
  }

  /** Every live entry whose key begins with the prefix. */
  async list<Value>(prefix: string): Promise<Map<string, Versioned<Value>>> {
    const found = new Map<string, Versioned<Value>>();
    const keys: string[] = [];
    for await (const key of await this.#kv.keys(`${prefix}.>`)) keys.push(key);
    await Promise.all(
      keys.map(async (key) => {
        const entry = await this.get<Value>(key);
        if (entry) found.set(key.slice(prefix.length + 1), entry);
      }),
    );
    return found;
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
}

function versioned<Value>(entry: KvEntry | null): Versioned<Value> | null {
  if (!entry || entry.operation !== 'PUT') return null;
  return { value: entry.json<Value>(), revision: entry.revision };
}
