// Which worker a shard without an owner goes to: where an operator pinned it, else by consistent hashing with bounded
// load: the first worker clockwise on the ring that has room. Pure.
//
// A shard whose owner is alive stays. So a death moves the dead worker's shards and no others; what moves between the
// living is planned in plan-moves.ts.
import { firstWithRoom, ringOf, type PlacementWorker } from './ring.ts';

/** A worker takes at most this multiple of its fair share. */
export const loadBound = 1.1;

/** Shards that stay at a place whenever it is there: shard → place. */
export type Pins = ReadonlyMap<number, string>;

export const noPins: Pins = new Map();

/** @param current owner of each shard, null for none  @returns the owner of each shard; null when nobody is there */
export function place(
  current: readonly (string | null)[],
  workers: readonly PlacementWorker[],
  pins: Pins = noPins,
): (string | null)[] {
  const alive = new Set(workers.map(({ incarnation }) => incarnation));
  const placed = current.map((owner) => (owner !== null && alive.has(owner) ? owner : null));
  if (workers.length === 0 || !placed.includes(null)) return placed;
  const open = takers(workers);
  const at = new Map(open.map(({ place: name, incarnation }) => [name, incarnation]));
  for (const [shard, name] of pins) placed[shard] ??= at.get(name) ?? null;
  const shares = sharesOf(current.length, open);
  const room = new Map(
    [...shares].map(([incarnation, share]) => [incarnation, Math.ceil(share * loadBound)]),
  );
  for (const owner of placed) if (owner !== null && room.has(owner)) room.set(owner, room.get(owner)! - 1);
  const ring = ringOf(open);
  return placed.map((owner, shard) => {
    if (owner !== null) return owner;
    // Owners above their bound keep what they have, so there may be no room at all: the one with the least load.
    const chosen = firstWithRoom(ring, shard, room) ?? [...room].sort((a, b) => b[1] - a[1])[0]![0];
    room.set(chosen, room.get(chosen)! - 1);
    return chosen;
  });
}

/** The fair share of each worker that may be given shards, in shards; a fraction. */
export function sharesOf(shardCount: number, workers: readonly PlacementWorker[]): Map<string, number> {
  const totalWeight = workers.reduce((sum, { weight }) => sum + weight, 0);
  return new Map(
    workers
      .filter(({ weight }) => weight > 0)
      .map(({ incarnation, weight }) => [incarnation, (shardCount * weight) / totalWeight]),
  );
}

/** When everyone left is drained, serving goes before the wish. */
function takers(workers: readonly PlacementWorker[]): PlacementWorker[] {
  const open = workers.filter(({ weight }) => weight > 0);
  return open.length > 0 ? open : workers.map((worker) => ({ ...worker, weight: 1 }));
}
