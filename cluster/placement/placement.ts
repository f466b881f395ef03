// Which worker a shard goes to: consistent hashing with bounded load. Each worker stands at many points of a ring;
// a shard goes to the first worker clockwise that has room. Pure.
//
// A shard whose owner is alive stays. So a death moves the dead worker's shards and no others.
import { createHash } from 'node:crypto';

export interface PlacementWorker {
  readonly incarnation: string;
  /** Share of the load relative to others; 1 by default. */
  readonly weight: number;
}

/** A worker takes at most this multiple of its fair share. */
export const loadBound = 1.1;
const pointsPerWeight = 64;

/** @param current owner of each shard, null for none  @returns the owner of each shard; null when nobody is there */
export function place(
  current: readonly (string | null)[],
  workers: readonly PlacementWorker[],
): (string | null)[] {
  const shardCount = current.length;
  const totalWeight = workers.reduce((sum, { weight }) => sum + weight, 0);
  const alive = new Set(workers.map(({ incarnation }) => incarnation));
  const placed = current.map((owner) => (owner !== null && alive.has(owner) ? owner : null));
  if (totalWeight === 0) return placed;
  const room = new Map(
    workers.map(({ incarnation, weight }) => [
      incarnation,
      Math.ceil((shardCount * weight * loadBound) / totalWeight),
    ]),
  );
  for (const owner of placed) if (owner !== null) room.set(owner, room.get(owner)! - 1);
  const ring = ringOf(workers);
  return placed.map((owner, shard) => {
    if (owner !== null) return owner;
    const chosen = firstWithRoom(ring, positionOf(`shard ${shard}`), room);
    room.set(chosen, room.get(chosen)! - 1);
    return chosen;
  });
}

export interface Move {
  readonly shard: number;
  readonly from: string;
  readonly to: string;
}

/**
 * Moves that bring workers above their bound down to their fair share; none while everyone is within the bound. A
 * shard goes where the ring wants it, if there is need of it there.
 */
export function rebalance(current: readonly (string | null)[], workers: readonly PlacementWorker[]): Move[] {
  const totalWeight = workers.reduce((sum, { weight }) => sum + weight, 0);
  const shares = new Map(
    workers.map(({ incarnation, weight }) => [incarnation, (current.length * weight) / totalWeight]),
  );
  const loads = new Map(workers.map(({ incarnation }) => [incarnation, 0]));
  for (const owner of current)
    if (owner !== null && loads.has(owner)) loads.set(owner, loads.get(owner)! + 1);
  const isOver = [...loads].some(
    ([incarnation, load]) => load > Math.ceil(shares.get(incarnation)! * loadBound),
  );
  if (!isOver) return [];
  const wanted = place(new Array<null>(current.length).fill(null), workers);
  const moves: Move[] = [];
  const consider = (mayGo: (shard: number) => string | undefined): void => {
    current.forEach((from, shard) => {
      if (from === null || !((loads.get(from) ?? 0) > Math.ceil(shares.get(from)!))) return;
      const to = mayGo(shard);
      if (to === undefined || to === from || moves.some((move) => move.shard === shard)) return;
      loads.set(from, loads.get(from)! - 1);
      loads.set(to, loads.get(to)! + 1);
      moves.push({ shard, from, to });
    });
  };
  const hasNeed = (incarnation: string): boolean =>
    loads.get(incarnation)! < Math.floor(shares.get(incarnation)!);
  consider((shard) => (hasNeed(wanted[shard]!) ? wanted[shard]! : undefined));
  consider(() => [...loads.keys()].find(hasNeed));
  return moves;
}

interface Point {
  readonly position: number;
  readonly incarnation: string;
}

function ringOf(workers: readonly PlacementWorker[]): Point[] {
  const points = workers.flatMap(({ incarnation, weight }) =>
    Array.from({ length: Math.max(1, Math.round(weight * pointsPerWeight)) }, (_, index) => ({
      position: positionOf(`${incarnation} ${index}`),
      incarnation,
    })),
  );
  return points.sort((a, b) => a.position - b.position || (a.incarnation < b.incarnation ? -1 : 1));
}

function firstWithRoom(ring: readonly Point[], position: number, room: ReadonlyMap<string, number>): string {
  let low = 0;
  let high = ring.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ring[middle]!.position < position) low = middle + 1;
    else high = middle;
  }
  for (let step = 0; step < ring.length; step++) {
    const { incarnation } = ring[(low + step) % ring.length]!;
    if (room.get(incarnation)! > 0) return incarnation;
  }
  // Owners above their bound keep what they have, so there may be no room at all: the one with the least load.
  return [...room].sort((a, b) => b[1] - a[1])[0]![0];
}

function positionOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}
