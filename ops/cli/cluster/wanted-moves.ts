// Moves that an operator asks for: what they would lead to, and how far they are. Pure.
import { planMoves } from '../../../cluster/fabric/placement/plan-moves.ts';
import { loadBound, sharesOf } from '../../../cluster/fabric/placement/placement.ts';
import { ownersOf } from '../../../cluster/fabric/placement/shard-map.ts';
import { wishesOf } from '../../../cluster/fabric/leader/wishes.ts';
import { memberAt, placementWorkersOf } from './facts.ts';
import type { ClusterState } from './snapshot.ts';

/** Shard → place. */
export type WantedMoves = ReadonlyMap<number, string>;

export interface MovesProgress {
  readonly done: readonly number[];
  readonly left: readonly number[];
  /** Neither there nor on its way: the leader could not, since nobody was there to take it. */
  readonly givenUp: readonly number[];
}

export function progressOf(state: ClusterState, wanted: WantedMoves): MovesProgress {
  const owners = ownersOf(state.map);
  const done: number[] = [];
  const left: number[] = [];
  const givenUp: number[] = [];
  for (const [shard, place] of wanted) {
    const target = memberAt(state, place);
    const isWanted = state.intent.moves[shard] === place || state.intent.pins[shard] === place;
    if (target && owners[shard] === target.incarnation) done.push(shard);
    else if (isWanted) left.push(shard);
    else givenUp.push(shard);
  }
  return { done, left, givenUp };
}

/** Places that would have more shards than the leader leaves with anyone, and how many it would move on again. */
export function movedOnAfter(
  state: ClusterState,
  wanted: WantedMoves,
): { shards: number; boundOf: Map<string, number> } {
  const workers = placementWorkersOf(state);
  const at = new Map(workers.map(({ place, incarnation }) => [place, incarnation]));
  const owners = ownersOf(state.map).map((owner, shard) => at.get(wanted.get(shard) ?? '') ?? owner);
  const { pins } = wishesOf(state.intent);
  const kept = new Map([...pins].filter(([shard, place]) => (wanted.get(shard) ?? place) === place));
  const moves = planMoves(owners, workers, { pins: kept, moves: new Map() });
  const shares = sharesOf(owners.length, workers);
  const boundOf = new Map(
    workers.map(({ place, incarnation }) => [place, Math.ceil((shares.get(incarnation) ?? 0) * loadBound)]),
  );
  return { shards: moves.filter(({ reason }) => reason === 'balance').length, boundOf };
}
