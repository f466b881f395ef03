// The ring of consistent hashing: each worker stands at many points of it, by its place (host and number there), so
// that a worker that starts again finds the shards it had.
import { createHash } from 'node:crypto';

export interface PlacementWorker {
  readonly incarnation: string;
  /** `host/number`: stays the same over restarts. */
  readonly place: string;
  /** Share of the load relative to others; 1 by default, 0 while it is drained: it is given nothing. */
  readonly weight: number;
}

/** The more, the more even are the shares: with these they differ by a few percent. */
const pointsPerWeight = 256;

export interface Point {
  readonly position: number;
  readonly incarnation: string;
}

export function ringOf(workers: readonly PlacementWorker[]): Point[] {
  const points = workers
    .filter(({ weight }) => weight > 0)
    .flatMap(({ incarnation, place, weight }) =>
      Array.from({ length: Math.max(1, Math.round(weight * pointsPerWeight)) }, (_, index) => ({
        position: positionOf(`${place} ${index}`),
        incarnation,
      })),
    );
  return points.sort((a, b) => a.position - b.position || (a.incarnation < b.incarnation ? -1 : 1));
}

/** The first worker clockwise from the shard that has room; null when nobody has. */
export function firstWithRoom(
  ring: readonly Point[],
  shard: number,
  room: ReadonlyMap<string, number>,
): string | null {
  const position = positionOf(`shard ${shard}`);
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
  return null;
}

function positionOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}
