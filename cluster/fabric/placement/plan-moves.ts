// Which shards should move between living workers, in the order of their urgency: where an operator wants them, to
// their pins, away from drained workers, and to those who have too little. Pure.
//
// As few move as possible. While everyone's number of shards is between the bounds nothing moves. Who is far below the
// fair share is brought up to it, from those who have most; who is above the bound is brought down to it. So the
// (N+1)th worker is given at most 1/(N+1) of the shards, and nothing else moves but what its coming put above the bound.
import { loadBound, noPins, place, sharesOf, type Pins } from './placement.ts';
import type { PlacementWorker } from './ring.ts';

/** Below this part of its fair share a worker is given more. */
export const needBound = 0.75;

export type MoveReason = 'asked' | 'pin' | 'drain' | 'balance';

export interface Move {
  readonly shard: number;
  readonly from: string;
  readonly to: string;
  readonly reason: MoveReason;
}

export interface Wishes {
  readonly pins: Pins;
  /** Moves asked for once: shard → place. */
  readonly moves: ReadonlyMap<number, string>;
}

export const noWishes: Wishes = { pins: noPins, moves: new Map() };

/** @param current owner of each shard; those of dead workers are left alone */
export function planMoves(
  current: readonly (string | null)[],
  workers: readonly PlacementWorker[],
  wishes: Wishes = noWishes,
): Move[] {
  const plan = new Plan(current, workers);
  if (plan.shares.size === 0) return [];
  const at = new Map(
    workers.filter(({ weight }) => weight > 0).map((worker) => [worker.place, worker.incarnation]),
  );
  for (const [shard, name] of wishes.moves) plan.move(shard, at.get(name), 'asked');
  for (const [shard, name] of wishes.pins)
    if (!wishes.moves.has(shard)) plan.move(shard, at.get(name), 'pin');
  emptyDrained(plan, workers, wishes.pins);
  const stay = new Set(wishes.moves.keys());
  for (const [shard, name] of wishes.pins) if (at.has(name)) stay.add(shard);
  balance(plan, workers, stay);
  return plan.moves;
}

/** The owners as they will be, and the moves that lead there. */
class Plan {
  readonly owners: (string | null)[];
  readonly loads: Map<string, number>;
  readonly shares: ReadonlyMap<string, number>;
  readonly #moves = new Map<number, Move>();
  readonly #alive: ReadonlySet<string>;

  constructor(current: readonly (string | null)[], workers: readonly PlacementWorker[]) {
    this.owners = [...current];
    this.shares = sharesOf(current.length, workers);
    this.#alive = new Set(workers.map(({ incarnation }) => incarnation));
    this.loads = new Map([...this.shares.keys()].map((incarnation) => [incarnation, 0]));
    for (const owner of current)
      if (owner !== null && this.loads.has(owner)) this.loads.set(owner, this.loads.get(owner)! + 1);
  }

  get moves(): Move[] {
    return [...this.#moves.values()];
  }

  mayMove(shard: number, from: string): boolean {
    return this.owners[shard] === from && !this.#moves.has(shard);
  }

  /** Each shard once: the first reason holds. */
  move(shard: number, to: string | undefined, reason: MoveReason): void {
    const from = this.owners[shard] ?? null;
    if (from === null || to === undefined || to === from) return;
    if (!this.#alive.has(from) || this.#moves.has(shard)) return;
    this.#moves.set(shard, { shard, from, to, reason });
    this.owners[shard] = to;
    if (this.loads.has(from)) this.loads.set(from, this.loads.get(from)! - 1);
    this.loads.set(to, (this.loads.get(to) ?? 0) + 1);
  }
}

function emptyDrained(plan: Plan, workers: readonly PlacementWorker[], pins: Pins): void {
  const drained = new Set(workers.filter(({ weight }) => weight === 0).map(({ incarnation }) => incarnation));
  if (!plan.owners.some((owner) => owner !== null && drained.has(owner))) return;
  const open = workers.filter(({ weight }) => weight > 0);
  const kept = plan.owners.map((owner) => (owner !== null && drained.has(owner) ? null : owner));
  place(kept, open, pins).forEach((to, shard) => {
    if (kept[shard] === null) plan.move(shard, to ?? undefined, 'drain');
  });
}

function balance(plan: Plan, workers: readonly PlacementWorker[], stay: ReadonlySet<number>): void {
  const { loads, shares, owners } = plan;
  const load = (incarnation: string): number => loads.get(incarnation)!;
  const share = (incarnation: string): number => shares.get(incarnation)!;
  const fullness = (incarnation: string): number => load(incarnation) / share(incarnation);
  const isOver = (incarnation: string): boolean =>
    load(incarnation) > Math.ceil(share(incarnation) * loadBound);
  const all = [...shares.keys()];
  const needy = new Set(all.filter((each) => load(each) < Math.floor(share(each) * needBound)));
  if (needy.size === 0 && !all.some(isOver)) return;
  const wanted = place(new Array<null>(owners.length).fill(null), workers);
  const givers = new Set(all);
  for (;;) {
    for (const each of needy) if (load(each) >= Math.floor(share(each))) needy.delete(each);
    const from = most(needy.size > 0 ? givers : [...givers].filter(isOver), fullness);
    const to = most(needy.size > 0 ? needy : all, (each) => -fullness(each));
    if (from === null || to === null || fullness(from) <= (load(to) + 1) / share(to)) return;
    const shard = shardToGive(plan, wanted, from, to, stay);
    // Everything it has is pinned, or on its way.
    if (shard === -1) givers.delete(from);
    else plan.move(shard, to, 'balance');
  }
}

function most(among: Iterable<string>, of: (incarnation: string) => number): string | null {
  let best: string | null = null;
  for (const incarnation of among) if (best === null || of(incarnation) > of(best)) best = incarnation;
  return best;
}

/** One that the ring would give to the receiver, else one that it would not leave with the giver, else any. */
function shardToGive(
  plan: Plan,
  wanted: readonly (string | null)[],
  from: string,
  to: string,
  stay: ReadonlySet<number>,
): number {
  const { owners } = plan;
  const mayGo = (shard: number): boolean => plan.mayMove(shard, from) && !stay.has(shard);
  const first = owners.findIndex((_, shard) => mayGo(shard) && wanted[shard] === to);
  if (first !== -1) return first;
  const second = owners.findIndex((_, shard) => mayGo(shard) && wanted[shard] !== from);
  return second !== -1 ? second : owners.findIndex((_, shard) => mayGo(shard));
}
