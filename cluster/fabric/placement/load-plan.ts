// A plan that evens out what workers have to do, not only how many shards they have: hot shards go from the busiest
// worker to the idlest, a quiet one comes back where the numbers of shards would leave their bounds. Pure.
//
// Load is a share of all that the cluster does: of its commands, bytes, actors and waiting mail, weighed. A shard that
// is hotter than the difference between two workers stays: moving it would only move the problem, and the plan says so.
import { loadBound, sharesOf, type Pins } from './placement.ts';
import { needBound } from './plan-moves.ts';
import type { PlacementWorker } from './ring.ts';

/** Load of one shard. */
export interface ShardLoad {
  readonly commandsPerSecond: number;
  readonly bytesPerSecond: number;
  readonly actors: number;
  /** Commands that wait in mailboxes. */
  readonly waiting: number;
}

export interface LoadMove {
  readonly shard: number;
  readonly from: string;
  readonly to: string;
  /** Of all the cluster does, 0 to 1. */
  readonly load: number;
  /** Actors that are loaded anew. */
  readonly actors: number;
  /** `hot`: moved for its load. `swap`: moved so that the numbers of shards stay even. */
  readonly reason: 'hot' | 'swap';
}

export interface LoadPlan {
  readonly moves: readonly LoadMove[];
  /** Load of each worker, relative to its fair share: 1 is fair. */
  readonly before: ReadonlyMap<string, number>;
  readonly after: ReadonlyMap<string, number>;
  /** Shards too hot for any move to help, hottest first. */
  readonly stuck: readonly number[];
}

export interface LoadPlanOptions {
  readonly movesMax: number;
  /** How far above its fair share a worker may be before something moves; above what numbers of shards may differ by. */
  readonly tolerance: number;
}

export const loadPlanDefaults: LoadPlanOptions = { movesMax: 64, tolerance: 0.15 };

/** Shards with less than this part of the average load are not worth the pause. */
const worthMoving = 0.5;
/** How much each kind of work counts. */
const weights = { commandsPerSecond: 0.6, bytesPerSecond: 0.2, actors: 0.1, waiting: 0.1 } as const;

/** @param owners of each shard  @param loads of each shard, by its number */
export function planByLoad(
  owners: readonly (string | null)[],
  loads: readonly ShardLoad[],
  workers: readonly PlacementWorker[],
  pins: Pins,
  { movesMax, tolerance }: LoadPlanOptions = loadPlanDefaults,
): LoadPlan {
  const balance = new Balance(owners, relativeLoads(loads), workers);
  const before = balance.fullness();
  const moves: LoadMove[] = [];
  const settled = new Set<string>();
  const stuck = new Set<number>();
  const move = (shard: number, to: string, reason: LoadMove['reason']): void => {
    const from = balance.move(shard, to);
    moves.push({ shard, from, to, load: balance.loadOf(shard), actors: loads[shard]!.actors, reason });
  };
  while (moves.length < movesMax) {
    const pair = balance.extremes(settled);
    if (!pair || pair.excess <= tolerance) break;
    const mayMove = (shard: number): boolean => !pins.has(shard) && !balance.hasMoved(shard);
    const shard = balance.bestToMove(pair.from, pair.to, mayMove);
    if (shard === null) {
      settled.add(pair.from);
      const hottest = balance.hottest(pair.from);
      if (hottest !== null) stuck.add(hottest);
      continue;
    }
    const back = balance.needsSwap(pair.from, pair.to) ? balance.coolest(pair.to, mayMove) : null;
    move(shard, pair.to, 'hot');
    if (back !== null) move(back, pair.from, 'swap');
  }
  return { moves, before, after: balance.fullness(), stuck: [...stuck] };
}

class Balance {
  readonly #owners: (string | null)[];
  readonly #loads: readonly number[];
  readonly #shares: ReadonlyMap<string, number>;
  readonly #work = new Map<string, number>();
  readonly #counts = new Map<string, number>();
  readonly #moved = new Set<number>();

  constructor(
    owners: readonly (string | null)[],
    loads: readonly number[],
    workers: readonly PlacementWorker[],
  ) {
    this.#owners = [...owners];
    this.#loads = loads;
    this.#shares = sharesOf(owners.length, workers);
    for (const incarnation of this.#shares.keys()) {
      this.#work.set(incarnation, 0);
      this.#counts.set(incarnation, 0);
    }
    owners.forEach((owner, shard) => this.#add(owner, loads[shard]!, 1));
  }

  loadOf(shard: number): number {
    return this.#loads[shard]!;
  }

  hasMoved(shard: number): boolean {
    return this.#moved.has(shard);
  }

  move(shard: number, to: string): string {
    const from = this.#owners[shard]!;
    this.#moved.add(shard);
    this.#owners[shard] = to;
    this.#add(from, -this.loadOf(shard), -1);
    this.#add(to, this.loadOf(shard), 1);
    return from;
  }

  fullness(): Map<string, number> {
    return new Map(
      [...this.#shares.keys()].map((incarnation) => [incarnation, this.#fullnessOf(incarnation)]),
    );
  }

  /** The busiest worker that is not settled, and the idlest. */
  extremes(settled: ReadonlySet<string>): { from: string; to: string; excess: number } | null {
    const byFullness = [...this.#shares.keys()].sort((a, b) => this.#fullnessOf(b) - this.#fullnessOf(a));
    const from = byFullness.find((incarnation) => !settled.has(incarnation));
    const to = byFullness.at(-1);
    if (from === undefined || to === undefined || from === to) return null;
    return { from, to, excess: this.#fullnessOf(from) - 1 };
  }

  /** The hottest shard whose move leaves the giver at or above its share or, failing that, helps at all. */
  bestToMove(from: string, to: string, mayMove: (shard: number) => boolean): number | null {
    const gap = Math.min(this.#excess(from), -this.#excess(to));
    let fits: number | null = null;
    let least: number | null = null;
    this.#of(from).forEach((shard) => {
      const load = this.loadOf(shard);
      if (load < worthMoving / this.#owners.length || !mayMove(shard)) return;
      if (load <= gap && (fits === null || load > this.loadOf(fits))) fits = shard;
      if (load > gap && (least === null || load < this.loadOf(least))) least = shard;
    });
    if (fits !== null) return fits;
    const helps = least !== null && this.#work.get(to)! + this.loadOf(least) < this.#work.get(from)!;
    return helps ? least : null;
  }

  needsSwap(from: string, to: string): boolean {
    const tooMany = this.#counts.get(to)! + 1 > Math.ceil(this.#shares.get(to)! * loadBound);
    const tooFew = this.#counts.get(from)! - 1 < Math.floor(this.#shares.get(from)! * needBound);
    return tooMany || tooFew;
  }

  coolest(of: string, mayMove: (shard: number) => boolean): number | null {
    const shards = this.#of(of).filter(mayMove);
    return shards.sort((a, b) => this.loadOf(a) - this.loadOf(b))[0] ?? null;
  }

  hottest(of: string): number | null {
    return this.#of(of).sort((a, b) => this.loadOf(b) - this.loadOf(a))[0] ?? null;
  }

  #of(incarnation: string): number[] {
    return this.#owners.flatMap((owner, shard) => (owner === incarnation ? [shard] : []));
  }

  #add(owner: string | null, load: number, count: number): void {
    if (owner === null || !this.#work.has(owner)) return;
    this.#work.set(owner, this.#work.get(owner)! + load);
    this.#counts.set(owner, this.#counts.get(owner)! + count);
  }

  /** Load above the fair share, of all the cluster does; negative below it. */
  #excess(incarnation: string): number {
    return this.#work.get(incarnation)! - this.#shares.get(incarnation)! / this.#owners.length;
  }

  #fullnessOf(incarnation: string): number {
    return (this.#work.get(incarnation)! * this.#owners.length) / this.#shares.get(incarnation)!;
  }
}

/** Each shard's part of all that the cluster does; they add up to 1, or to 0 when it does nothing. */
export function relativeLoads(loads: readonly ShardLoad[]): number[] {
  const kinds = Object.keys(weights) as (keyof typeof weights)[];
  const totals = new Map(kinds.map((kind) => [kind, loads.reduce((sum, load) => sum + load[kind], 0)]));
  const present = kinds.filter((kind) => totals.get(kind)! > 0);
  const weighed = present.reduce((sum, kind) => sum + weights[kind], 0);
  return loads.map((load) =>
    present.reduce((sum, kind) => sum + ((load[kind] / totals.get(kind)!) * weights[kind]) / weighed, 0),
  );
}
