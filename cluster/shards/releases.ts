// How a worker gives shards away while it lives. Asked by the leader, it stops taking commands for them (gateways hold
// those meanwhile), waits until everything it ever decided for them is durable and in PostgreSQL, and says so; only
// then does the leader change the map. The new owner starts from PostgreSQL and misses nothing.
//
// A leader that dies in between leaves shards that nobody serves. So a release ends by itself: the worker begins a new
// term with itself as the owner, by compare-and-set on the map. Either that or the leader's late change wins, never
// both, so there is one owner whichever it is.
import type { Cancel, Log, Timers } from '../../actors/runtime/ports.ts';
import type { Journal } from '../../actors/runtime/journal-port.ts';
import type { ClusterKv } from '../membership/cluster-kv.ts';
import { renewTerms, shardMapKey, type ShardMap } from '../placement/shard-map.ts';
import type { ShardMapWatch } from '../placement/shard-map-watch.ts';

/** How long a release waits for the leader before the shards are taken back. */
const takeBackAfterMs = 5_000;

export class Releases {
  readonly #watch: ShardMapWatch;
  readonly #timers: Timers;
  readonly #log: Log;
  /** Released shards with the term in which they were. */
  readonly #terms = new Map<number, number>();
  #cancels = new Set<Cancel>();

  constructor(watch: ShardMapWatch, timers: Timers, log: Log) {
    this.#watch = watch;
    this.#timers = timers;
    this.#log = log;
    watch.onChange((map) => {
      for (const [shard, term] of this.#terms) if (map.epochs[shard] !== term) this.#terms.delete(shard);
    });
  }

  /** The shard is on its way to someone else: its commands are not for this worker. */
  has(shard: number): boolean {
    return this.#terms.get(shard) === this.#watch.map.epochs[shard];
  }

  /** Resolves when PostgreSQL holds all of them. `dropActors` is called once they are marked as released. */
  async release(
    shards: readonly number[],
    journal: Journal,
    kv: ClusterKv,
    dropActors: () => void,
  ): Promise<void> {
    for (const shard of shards) this.#terms.set(shard, this.#watch.map.epochs[shard]!);
    dropActors();
    const cancel = this.#timers.setTimeout(() => {
      this.#cancels.delete(cancel);
      void this.#takeBack(new Set(shards), kv);
    }, takeBackAfterMs);
    this.#cancels.add(cancel);
    const lastBatch = await new Promise<number>((resolve) => journal.append([], resolve));
    await journal.projected(lastBatch);
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel();
  }

  async #takeBack(shards: ReadonlySet<number>, kv: ClusterKv): Promise<void> {
    const left = new Set([...shards].filter((shard) => this.has(shard)));
    if (left.size === 0) return;
    this.#log.warn({ shards: left.size }, 'released shards were not taken over; taking them back');
    try {
      const entry = await kv.get<ShardMap>(shardMapKey);
      if (entry) await kv.compareAndSet(shardMapKey, renewTerms(entry.value, left), entry.revision);
      await this.#watch.refresh();
    } catch (error) {
      this.#log.warn({ reason: String(error) }, 'released shards could not be taken back; trying again');
    }
    // Whoever won: when the shards are still ours and released, once more.
    const cancel = this.#timers.setTimeout(() => void this.#takeBack(left, kv), takeBackAfterMs);
    this.#cancels.add(cancel);
  }
}
