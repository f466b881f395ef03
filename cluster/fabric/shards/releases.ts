// How a worker gives shards away while it lives. Asked by the leader, it stops taking commands for them (gateways hold
// those meanwhile), waits until everything it ever decided for them is durable and in PostgreSQL, and says so; only
// then does the leader change the map. The new owner starts from PostgreSQL and misses nothing.
//
// A leader that dies in between leaves shards that nobody serves. So a release ends by itself: the worker begins a new
// term with itself as the owner, by compare-and-set on the map. Either that or the leader's late change wins, never
// both, so there is one owner whichever it is. It too starts from PostgreSQL, for the actors are gone: so it takes
// nothing back before the projection is done.
import type { Cancel, Log, Timers } from '../../../actors/runtime/ports.ts';
import type { Journal } from '../../../actors/runtime/journal-port.ts';
import type { ClusterKv } from '../membership/cluster-kv.ts';
import { ownerOf, renewTerms, shardMapKey, type ShardMap } from '../placement/shard-map.ts';
import type { ShardMapWatch } from '../placement/shard-map-watch.ts';

/** How long a release waits for the leader before the shards are taken back. */
const takeBackAfterMs = 5_000;
/** A projection that is further behind than this lets no shard go. */
const projectionLagMsMax = 1_000;

/** A shard, and the term of its owner that is meant. */
export type Term = readonly [shard: number, term: number];

export class Releases {
  readonly #incarnation: string;
  readonly #watch: ShardMapWatch;
  readonly #timers: Timers;
  readonly #log: Log;
  /** Released shards with the term in which they were. */
  readonly #terms = new Map<number, number>();
  readonly #cancels = new Set<Cancel>();

  constructor(incarnation: string, watch: ShardMapWatch, timers: Timers, log: Log) {
    this.#incarnation = incarnation;
    this.#watch = watch;
    this.#timers = timers;
    this.#log = log;
    watch.onChange((map) => {
      for (const [shard, term] of this.#terms) if (map.terms[shard] !== term) this.#terms.delete(shard);
    });
  }

  /** The shard is on its way to someone else: its commands are not for this worker. */
  has(shard: number): boolean {
    return this.#terms.get(shard) === this.#watch.map.terms[shard];
  }

  /**
   * Resolves when PostgreSQL holds all of the shards. Rejects, with nothing changed, when the map says otherwise or the
   * projection lags. `dropActors` is called once they are marked as released.
   */
  async release(
    wanted: readonly Term[],
    journal: Journal,
    kv: ClusterKv,
    dropActors: () => void,
  ): Promise<void> {
    // While the projection lags, a release would only keep the shards from being served.
    await this.#within(projectedSoFar(journal), projectionLagMsMax);
    const { map } = this.#watch;
    if (
      wanted.some(([shard, term]) => map.terms[shard] !== term || ownerOf(map, shard) !== this.#incarnation)
    ) {
      void this.#watch.refresh();
      throw new Error('the map has changed');
    }
    for (const [shard, term] of wanted) this.#terms.set(shard, term);
    dropActors();
    const projected = projectedSoFar(journal);
    this.#later(() => void projected.then(() => this.#takeBack(wanted, kv)));
    await projected;
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel();
  }

  #later(run: () => void): void {
    const cancel = this.#timers.setTimeout(() => {
      this.#cancels.delete(cancel);
      run();
    }, takeBackAfterMs);
    this.#cancels.add(cancel);
  }

  #within(done: Promise<void>, limitMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.#timers.setTimeout(() => reject(new Error('the projection lags')), limitMs);
      void done.then(() => {
        cancel();
        resolve();
      });
    });
  }

  async #takeBack(released: readonly Term[], kv: ClusterKv): Promise<void> {
    // Of this release alone: a shard may have been released again in a later term.
    const left = released.filter(([shard, term]) => this.#terms.get(shard) === term && this.has(shard));
    if (left.length === 0) return;
    this.#log.warn({ shards: left.length }, 'released shards were not taken over; taking them back');
    try {
      const entry = await kv.get<ShardMap>(shardMapKey);
      const mine = left.filter(([shard, term]) => entry?.value.terms[shard] === term).map(([shard]) => shard);
      if (entry && mine.length > 0) {
        await kv.compareAndSet(shardMapKey, renewTerms(entry.value, new Set(mine)), entry.revision);
      }
      await this.#watch.refresh();
    } catch (error) {
      this.#log.warn({ reason: String(error) }, 'released shards could not be taken back; trying again');
    }
    this.#later(() => void this.#takeBack(left, kv));
  }
}

/** Resolves when everything appended until now is in PostgreSQL. */
async function projectedSoFar(journal: Journal): Promise<void> {
  const lastBatch = await new Promise<number>((resolve) => journal.append([], resolve));
  await journal.projected(lastBatch);
}
