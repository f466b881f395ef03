// Moves shards between living workers: as operators wish, away from drained workers, and until everyone has its share;
// a few at a time and not too often, so that each pause is short and the rest goes on undisturbed.
import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock, Log } from '../../../actors/runtime/ports.ts';
import { askControl } from '../control/control.ts';
import type { ClusterKv } from '../membership/cluster-kv.ts';
import { planMoves, type Move, type Wishes } from '../placement/plan-moves.ts';
import type { PlacementWorker } from '../placement/ring.ts';
import { ownerOf, ownersOf, reassign, shardMapKey, type ShardMap } from '../placement/shard-map.ts';

/** Shards that one step moves; they pause together, and their actors are loaded together. */
export const stepShardsMax = 32;
/** Between the starts of two steps, at least. */
export const stepEveryMs = 200;
/** A step that took long came at a busy time: the next one waits this many times as long as it took. */
const restFactor = 2;
/** After a step that failed. */
const retryAfterMs = 3_000;
/** Within which a worker has to have its shards in PostgreSQL; shorter than it waits before it takes them back. */
const releaseWithinMs = 4_000;

export interface MovesOptions {
  readonly connection: NatsConnection;
  readonly namespace: string;
  readonly kv: ClusterKv;
  readonly clock: Clock;
  readonly log: Log;
  /** Called after each step: the map has changed, or the step has failed. */
  readonly onMoved: () => void;
}

export class Moves {
  readonly #connection: NatsConnection;
  readonly #namespace: string;
  readonly #kv: ClusterKv;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #onMoved: () => void;
  #moving = false;
  #notBeforeMs = 0;
  readonly totals = { steps: 0, shards: 0, failed: 0 };

  constructor({ connection, namespace, kv, clock, log, onMoved }: MovesOptions) {
    this.#connection = connection;
    this.#namespace = namespace;
    this.#kv = kv;
    this.#clock = clock;
    this.#log = log;
    this.#onMoved = onMoved;
  }

  /** Takes the next step, if there is one and none is under way. */
  consider(map: ShardMap, workers: readonly PlacementWorker[], wishes: Wishes): void {
    const nowMs = this.#clock.monotonicMs();
    if (this.#moving || workers.length < 2 || nowMs < this.#notBeforeMs) return;
    const moves = planMoves(ownersOf(map), workers, wishes);
    const from = moves[0]?.from;
    if (from === undefined) return;
    this.#moving = true;
    this.#notBeforeMs = nowMs + stepEveryMs;
    const step = moves.filter((move) => move.from === from).slice(0, stepShardsMax);
    this.#move(from, step, map)
      .catch((error: unknown) => {
        this.totals.failed++;
        this.#notBeforeMs = this.#clock.monotonicMs() + retryAfterMs;
        this.#log.warn({ from, shards: step.length, reason: String(error) }, 'shards could not be moved');
      })
      .finally(() => {
        this.#moving = false;
        this.#onMoved();
      });
  }

  async #move(from: string, step: readonly Move[], planned: ShardMap): Promise<void> {
    const startedMs = this.#clock.monotonicMs();
    const terms = step.map(({ shard }) => [shard, planned.terms[shard]!] as const);
    const target = { connection: this.#connection, namespace: this.#namespace, to: from };
    await askControl(target, 'release', { terms }, releaseWithinMs);
    const stored = await this.#kv.get<ShardMap>(shardMapKey);
    if (!stored) return;
    const owners = ownersOf(stored.value);
    for (const { shard, to } of step) {
      // Taken back or taken over meanwhile: not ours to give.
      if (stored.value.terms[shard] !== planned.terms[shard] || ownerOf(stored.value, shard) !== from) return;
      owners[shard] = to;
    }
    const next = reassign(stored.value, owners);
    if ((await this.#kv.compareAndSet(shardMapKey, next, stored.revision)) === null) return;
    this.totals.steps++;
    this.totals.shards += step.length;
    const endedMs = this.#clock.monotonicMs();
    const tookMs = Math.round(endedMs - startedMs);
    this.#notBeforeMs = Math.max(this.#notBeforeMs, endedMs + restFactor * tookMs);
    const { version } = next;
    this.#log.info({ from, shards: step.length, reason: step[0]!.reason, version, tookMs }, 'shards moved');
  }
}
