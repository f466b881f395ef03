// The operators' wishes as the leader uses them, and what it takes off their list once it is done.
import type { ClusterKv, Versioned } from '../membership/cluster-kv.ts';
import type { MemberRecord } from '../membership/member.ts';
import { changeIntent } from '../operations/intent-store.ts';
import { drainOf, withoutFailovers, withoutMoves, type Intent } from '../operations/intent.ts';
import type { Wishes } from '../placement/plan-moves.ts';
import type { PlacementWorker } from '../placement/ring.ts';
import { ownerOf, type ShardMap } from '../placement/shard-map.ts';

export function wishesOf({ pins, moves }: Intent): Wishes {
  return { pins: byShard(pins), moves: byShard(moves) };
}

/** Workers that may own shards, in an order that does not depend on who came first. */
export function placementWorkers(
  alive: ReadonlySet<string>,
  members: ReadonlyMap<string, Versioned<MemberRecord>>,
  intent: Intent,
): PlacementWorker[] {
  return [...alive].sort().flatMap((incarnation) => {
    const member = members.get(incarnation)?.value;
    if (!member || !member.roles.includes('actors')) return [];
    const { place, weight } = member;
    return [{ incarnation, place, weight: drainOf(intent, place) ? 0 : weight }];
  });
}

/** A move that was asked for is done when the shard is there, and off when nobody is there to take it. */
export async function forgetMoves(
  kv: ClusterKv,
  intent: Intent,
  map: ShardMap,
  workers: readonly PlacementWorker[],
): Promise<void> {
  const over = Object.entries(intent.moves).flatMap(([shard, place]) => {
    const target = workers.find((worker) => worker.place === place && worker.weight > 0);
    return !target || ownerOf(map, Number(shard)) === target.incarnation
      ? [[Number(shard), place] as const]
      : [];
  });
  if (over.length === 0) return;
  await changeIntent(kv, (present) => {
    const same = over.filter(([shard, place]) => present.moves[shard] === place);
    return withoutMoves(
      present,
      same.map(([shard]) => shard),
    );
  });
}

/** Forgets wishes to replace workers of which nothing is left. */
export async function forgetFailovers(
  kv: ClusterKv,
  { failovers }: Intent,
  isLeft: (incarnation: string) => boolean,
): Promise<void> {
  const gone = new Set(failovers.filter((incarnation) => !isLeft(incarnation)));
  if (gone.size > 0) await changeIntent(kv, (present) => withoutFailovers(present, gone));
}

function byShard(places: Readonly<Record<string, string>>): Map<number, string> {
  return new Map(Object.entries(places).map(([shard, place]) => [Number(shard), place]));
}
