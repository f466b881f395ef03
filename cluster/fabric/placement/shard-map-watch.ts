// The shard map as this process knows it: watched, and read anew now and then, since a watch may miss a value.
import type { Cancel, Log, Timers } from '../../../actors/runtime/ports.ts';
import type { ClusterKv, Versioned } from '../membership/cluster-kv.ts';
import { membershipTiming } from '../membership/timing.ts';
import { emptyShardMap, shardMapKey, type ShardMap } from './shard-map.ts';

export type MapListener = (map: ShardMap, before: ShardMap) => void;

export class ShardMapWatch {
  readonly #kv: ClusterKv;
  readonly #timers: Timers;
  readonly #log: Log;
  readonly #listeners: MapListener[] = [];
  #map = emptyShardMap;
  #cancels: Cancel[] = [];
  #reading: Promise<void> | null = null;

  constructor(kv: ClusterKv, timers: Timers, log: Log) {
    this.#kv = kv;
    this.#timers = timers;
    this.#log = log;
  }

  get map(): ShardMap {
    return this.#map;
  }

  onChange(listener: MapListener): void {
    this.#listeners.push(listener);
  }

  async start(): Promise<void> {
    this.#cancels = [
      await this.#kv.watch<ShardMap>(shardMapKey, (entry) => this.#take(entry)),
      this.#timers.setInterval(() => void this.refresh(), membershipTiming.mapReadEveryMs),
    ];
    await this.refresh();
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel();
  }

  /** Reads the map anew. Whoever asks while a read is under way shares it. */
  refresh(): Promise<void> {
    return (this.#reading ??= this.#read().finally(() => (this.#reading = null)));
  }

  async #read(): Promise<void> {
    try {
      const entry = await this.#kv.get<ShardMap>(shardMapKey);
      if (entry) this.#take(entry);
    } catch (error) {
      this.#log.debug({ reason: String(error) }, 'the shard map could not be read; trying again');
    }
  }

  #take({ value }: Versioned<ShardMap>): void {
    if (value.version <= this.#map.version) return;
    const before = this.#map;
    this.#map = value;
    for (const listener of this.#listeners) listener(value, before);
  }
}
