// Plan for evening out the load: its effect and its cost. Pure.
import { stepEveryMs, stepShardsMax } from '../../cluster/fabric/leader/moves.ts';
import {
  loadPlanDefaults,
  planByLoad,
  relativeLoads,
  type LoadMove,
  type ShardLoad,
} from '../../cluster/fabric/placement/load-plan.ts';
import { wishesOf } from '../../cluster/fabric/leader/wishes.ts';
import { ownersOf } from '../../cluster/fabric/placement/shard-map.ts';
import { placementWorkersOf, placeOfOwner, shardCounts } from './cluster/facts.ts';
import type { ClusterState } from './cluster/snapshot.ts';
import type { WantedMoves } from './cluster/wanted-moves.ts';

export interface PlannedMove {
  readonly shard: number;
  readonly from: string;
  readonly to: string;
  /** Of all the cluster does, 0 to 1. */
  readonly load: number;
  readonly actors: number;
  readonly reason: LoadMove['reason'];
}

export interface WorkerBalance {
  readonly place: string;
  /** Load relative to the fair share: 1 is fair. */
  readonly before: number;
  readonly after: number;
  readonly shardsBefore: number;
  readonly shardsAfter: number;
}

export interface RebalancePlan {
  readonly moves: readonly PlannedMove[];
  readonly workers: readonly WorkerBalance[];
  readonly cost: {
    readonly shards: number;
    /** Loaded anew from PostgreSQL at their new owner, when someone next uses them. */
    readonly actors: number;
    readonly steps: number;
    /** At least. */
    readonly seconds: number;
  };
  /** Hotter than any move could help. */
  readonly stuck: readonly { readonly shard: number; readonly place: string; readonly load: number }[];
  /** How far above its fair share a worker may be before anything moves. */
  readonly tolerance: number;
}

export function planRebalance(
  state: ClusterState,
  loads: readonly ShardLoad[],
  movesMax: number,
): RebalancePlan {
  const { tolerance } = loadPlanDefaults;
  const owners = ownersOf(state.map);
  const workers = placementWorkersOf(state);
  const { pins } = wishesOf(state.intent);
  const plan = planByLoad(owners, loads, workers, pins, { movesMax, tolerance });
  const at = (incarnation: string): string => placeOfOwner(state, incarnation);
  const counts = shardCounts(state);
  const coming = (incarnation: string): number =>
    plan.moves.filter(({ to }) => to === incarnation).length -
    plan.moves.filter(({ from }) => from === incarnation).length;
  const parts = relativeLoads(loads);
  return {
    moves: plan.moves.map((move) => ({ ...move, from: at(move.from), to: at(move.to) })),
    workers: [...plan.before]
      .map(([incarnation, before]) => ({
        place: at(incarnation),
        before,
        after: plan.after.get(incarnation)!,
        shardsBefore: counts.get(incarnation) ?? 0,
        shardsAfter: (counts.get(incarnation) ?? 0) + coming(incarnation),
      }))
      .sort((a, b) => a.place.localeCompare(b.place, 'en', { numeric: true })),
    cost: costOf(plan.moves),
    stuck: plan.stuck.map((shard) => ({ shard, place: at(owners[shard]!), load: parts[shard]! })),
    tolerance,
  };
}

export function wantedOf({ moves }: RebalancePlan): WantedMoves {
  return new Map(moves.map(({ shard, to }) => [shard, to]));
}

/** Each step takes shards of one worker. */
function costOf(moves: readonly LoadMove[]): RebalancePlan['cost'] {
  const givers = Map.groupBy(moves, ({ from }) => from);
  const steps = [...givers.values()].reduce((sum, { length }) => sum + Math.ceil(length / stepShardsMax), 0);
  return {
    shards: moves.length,
    actors: moves.reduce((sum, { actors }) => sum + actors, 0),
    steps,
    seconds: (steps * stepEveryMs) / 1000,
  };
}
