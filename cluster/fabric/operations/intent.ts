// Wishes of operators: one value in KV, changed by compare-and-set, read by the leader (who moves
// shards until it is so) and by the workers (who let their sockets go). Wishes name places, not processes, so that they
// outlive restarts. Pure; intent-store.ts reads and writes it.

export interface Drain {
  readonly sinceMs: number;
  /** Within which the sockets are sent elsewhere, spread evenly. */
  readonly overMs: number;
}

export interface Intent {
  /** Shards that stay at a place whenever a worker is there: shard → place. */
  readonly pins: Readonly<Record<string, string>>;
  /** Moves asked for once: shard → place. The leader takes each out when it is done, or cannot be. */
  readonly moves: Readonly<Record<string, string>>;
  /** Hosts and places that are to hold no shard and no socket. */
  readonly drains: Readonly<Record<string, Drain>>;
  /** Incarnations to be taken for dead. The leader takes each out when its journal is sealed. */
  readonly failovers: readonly string[];
}

export const intentKey = 'intent';
/** A rolling restart that is under way. */
export const rollKey = 'roll';

export const noIntent: Intent = { pins: {}, moves: {}, drains: {}, failovers: [] };

/** A worker's place: its host and its number there. */
export function placeOf(host: string, number: number): string {
  return `${host}/${number}`;
}

export function hostOf(place: string): string {
  return place.slice(0, place.lastIndexOf('/'));
}

/** The drain of a place or of its whole host; null when it is to serve. */
export function drainOf(intent: Intent, place: string): Drain | null {
  return intent.drains[place] ?? intent.drains[hostOf(place)] ?? null;
}

export function pinned(intent: Intent, shards: readonly number[], place: string): Intent {
  return {
    ...intent,
    pins: { ...intent.pins, ...each(shards, place) },
    moves: without(intent.moves, shards),
  };
}

export function unpinned(intent: Intent, shards: readonly number[]): Intent {
  return { ...intent, pins: without(intent.pins, shards) };
}

/** A pin of a shard that is asked to move elsewhere would bring it back: it goes. */
export function withMoves(intent: Intent, moves: ReadonlyMap<number, string>): Intent {
  const elsewhere = [...moves].filter(([shard, place]) => (intent.pins[shard] ?? place) !== place);
  const pins = without(
    intent.pins,
    elsewhere.map(([shard]) => shard),
  );
  return { ...intent, pins, moves: { ...intent.moves, ...Object.fromEntries(moves) } };
}

export function withoutMoves(intent: Intent, shards: readonly number[]): Intent {
  return { ...intent, moves: without(intent.moves, shards) };
}

export function drained(intent: Intent, hostOrPlace: string, drain: Drain): Intent {
  return { ...intent, drains: { ...intent.drains, [hostOrPlace]: drain } };
}

export function undrained(intent: Intent, hostOrPlace: string): Intent {
  return { ...intent, drains: without(intent.drains, [hostOrPlace]) };
}

export function withFailover(intent: Intent, incarnation: string): Intent {
  return { ...intent, failovers: [...new Set([...intent.failovers, incarnation])] };
}

export function withoutFailovers(intent: Intent, incarnations: ReadonlySet<string>): Intent {
  return { ...intent, failovers: intent.failovers.filter((incarnation) => !incarnations.has(incarnation)) };
}

function each(shards: readonly number[], place: string): Record<string, string> {
  return Object.fromEntries(shards.map((shard) => [shard, place]));
}

function without<Value>(
  record: Readonly<Record<string, Value>>,
  keys: readonly (string | number)[],
): Record<string, Value> {
  const gone = new Set(keys.map(String));
  return Object.fromEntries(Object.entries(record).filter(([key]) => !gone.has(key)));
}
