// Load of every shard, asked of its owner.
import type { ShardLoad } from '../../../cluster/fabric/placement/load-plan.ts';
import { ownersOf } from '../../../cluster/fabric/placement/shard-map.ts';
import type { ClusterAccess } from './access.ts';
import { livingMembers } from './facts.ts';
import { runsShards } from './roles.ts';
import type { ClusterState } from './snapshot.ts';

export interface Loads {
  /** By shard number; nothing to do where nobody answered. */
  readonly shards: readonly ShardLoad[];
  /** Places that did not answer. */
  readonly silent: readonly string[];
}

export interface HotShard extends ShardLoad {
  readonly shard: number;
}

const idle: ShardLoad = { commandsPerSecond: 0, bytesPerSecond: 0, actors: 0, waiting: 0 };

export async function readLoads(access: ClusterAccess, state: ClusterState): Promise<Loads> {
  const owners = livingMembers(state).filter(runsShards);
  const shards = ownersOf(state.map).map(() => idle);
  const silent: string[] = [];
  await Promise.all(
    owners.map(async ({ incarnation, place }) => {
      try {
        for (const [shard, load] of await access.ask(incarnation, 'loads', {})) shards[shard] = load;
      } catch {
        silent.push(place);
      }
    }),
  );
  return { shards, silent };
}

/** The busiest first; at most so many, and none that has nothing to do. */
export function hottest(loads: readonly ShardLoad[], count: number): HotShard[] {
  return loads
    .map((load, shard) => ({ shard, ...load }))
    .filter(
      ({ commandsPerSecond, bytesPerSecond, waiting }) => commandsPerSecond + bytesPerSecond + waiting > 0,
    )
    .sort((a, b) => b.commandsPerSecond - a.commandsPerSecond || b.bytesPerSecond - a.bytesPerSecond)
    .slice(0, count);
}
