// Moves shards between living workers until everyone has its share: a few at a time, so that each pause is short.
import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock, Log } from '../../actors/runtime/ports.ts';
import type { ClusterKv } from '../membership/cluster-kv.ts';
import { rebalance, type Move, type PlacementWorker } from '../placement/placement.ts';
import { ownerOf, ownersOf, reassign, shardMapKey, type ShardMap } from '../placement/shard-map.ts';
import { requestRelease } from './control.ts';

/** Shards that one step moves. */
const stepShardsMax = 64;
/** After a step that failed. */
const retryAfterMs = 3_000;

export class Moves {
  readonly #connection: NatsConnection;
  readonly #namespace: string;
  readonly #kv: ClusterKv;
  readonly #log: Log;
  readonly #clock: Clock;
  #moving = false;
  #notBeforeMs = 0;

  constructor(connection: NatsConnection, namespace: string, kv: ClusterKv, clock: Clock, log: Log) {
    this.#connection = connection;
    this.#namespace = namespace;
    this.#kv = kv;
    this.#clock = clock;
    this.#log = log;
  }

  /** Takes the next step, if there is one and none is under way. */
  consider(map: ShardMap, workers: readonly PlacementWorker[]): void {
    if (this.#moving || workers.length < 2 || this.#clock.monotonicMs() < this.#notBeforeMs) return;
    const moves = rebalance(ownersOf(map), workers);
    const from = moves[0]?.from;
    if (from === undefined) return;
    this.#moving = true;
    const step = moves.filter((move) => move.from === from).slice(0, stepShardsMax);
    this.#move(from, step, map)
      .catch((error: unknown) => {
        this.#notBeforeMs = this.#clock.monotonicMs() + retryAfterMs;
        this.#log.warn({ from, shards: step.length, reason: String(error) }, 'shards could not be moved');
      })
      .finally(() => (this.#moving = false));
  }

  async #move(from: string, step: readonly Move[], planned: ShardMap): Promise<void> {
    await requestRelease(
      this.#connection,
      this.#namespace,
      from,
      step.map(({ shard }) => [shard, planned.epochs[shard]!] as const),
    );
    const stored = await this.#kv.get<ShardMap>(shardMapKey);
    if (!stored) return;
    const owners = ownersOf(stored.value);
    for (const { shard, to } of step) {
      // Taken back or taken over meanwhile: not ours to give.
      if (stored.value.epochs[shard] !== planned.epochs[shard] || ownerOf(stored.value, shard) !== from)
        return;
      owners[shard] = to;
    }
    const next = reassign(stored.value, owners);
    const written = await this.#kv.compareAndSet(shardMapKey, next, stored.revision);
    if (written !== null)
      this.#log.info({ from, shards: step.length, version: next.version }, 'shards moved');
  }
}
