// Load of each shard of this worker, for operators and for balancing by load: counted as it happens, turned into
// rates every few seconds.
import type { ActorCommands } from '../../../actors/commands.ts';
import type { ActorHost } from '../../../actors/runtime/actor-host.ts';
import { bounds } from '../../../actors/runtime/bounds.ts';
import type { Cancel, Clock, Timers } from '../../../actors/runtime/ports.ts';
import type { ShardLoad } from '../placement/load-plan.ts';

/** Long enough to be no accident, short enough to show what is the case now. */
const sampleEveryMs = 5_000;

export class ShardLoads {
  readonly #clock: Clock;
  readonly #stop: Cancel;
  #commands = new Float64Array(bounds.shardCount);
  #bytes = new Float64Array(bounds.shardCount);
  #sinceMs: number;
  #commandsPerSecond = new Float64Array(bounds.shardCount);
  #bytesPerSecond = new Float64Array(bounds.shardCount);

  constructor(clock: Clock, timers: Timers) {
    this.#clock = clock;
    this.#sinceMs = clock.monotonicMs();
    this.#stop = timers.setInterval(() => this.#sample(), sampleEveryMs);
  }

  stop(): void {
    this.#stop();
  }

  command(shard: number): void {
    this.#commands[shard]!++;
  }

  /** @param bytes sent to gateways, all of them together */
  published(shard: number, bytes: number): void {
    this.#bytes[shard]! += bytes;
  }

  /** Of these shards. */
  read(
    shards: readonly number[],
    host: ActorHost<ActorCommands>,
  ): (readonly [shard: number, load: ShardLoad])[] {
    const census = host.census();
    return shards.map((shard) => {
      const { actors, waiting } = census.get(shard) ?? { actors: 0, waiting: 0 };
      const commandsPerSecond = round(this.#commandsPerSecond[shard]!);
      const bytesPerSecond = Math.round(this.#bytesPerSecond[shard]!);
      return [shard, { commandsPerSecond, bytesPerSecond, actors, waiting }] as const;
    });
  }

  #sample(): void {
    const nowMs = this.#clock.monotonicMs();
    const seconds = (nowMs - this.#sinceMs) / 1000;
    this.#sinceMs = nowMs;
    this.#commandsPerSecond = this.#commands.map((count) => count / seconds);
    this.#bytesPerSecond = this.#bytes.map((count) => count / seconds);
    this.#commands = new Float64Array(bounds.shardCount);
    this.#bytes = new Float64Array(bounds.shardCount);
  }
}

function round(rate: number): number {
  return Math.round(rate * 10) / 10;
}
