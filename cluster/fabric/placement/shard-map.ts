// Owners of shards: one versioned value that the leader changes by compare-and-set and everyone watches.
import { bounds } from '../../../actors/runtime/bounds.ts';

export interface ShardMap {
  readonly version: number;
  /** Incarnations that own shards. */
  readonly workers: readonly string[];
  /** For each shard the index of its owner in workers; -1: none at present. */
  readonly owners: readonly number[];
  /** For each shard the term of its owner: how often the owner has changed. */
  readonly terms: readonly number[];
}

export const shardMapKey = 'shard_map';

export const emptyShardMap: ShardMap = {
  version: 0,
  workers: [],
  owners: new Array<number>(bounds.shardCount).fill(-1),
  terms: new Array<number>(bounds.shardCount).fill(0),
};

export function ownerOf(map: ShardMap, shard: number): string | null {
  return map.workers[map.owners[shard]!] ?? null;
}

export function ownersOf(map: ShardMap): (string | null)[] {
  return map.owners.map((_, shard) => ownerOf(map, shard));
}

/** The next version with these owners; the same object when nothing changes. */
export function reassign(map: ShardMap, owners: readonly (string | null)[]): ShardMap {
  return nextVersion(map, owners, (shard) => owners[shard] !== ownerOf(map, shard));
}

/** The next version in which these shards begin a new term with the owner they have. */
export function renewTerms(map: ShardMap, shards: ReadonlySet<number>): ShardMap {
  return nextVersion(map, ownersOf(map), (shard) => shards.has(shard));
}

function nextVersion(
  map: ShardMap,
  owners: readonly (string | null)[],
  beginsTerm: (shard: number) => boolean,
): ShardMap {
  const changed = owners.map((_, shard) => beginsTerm(shard));
  if (!changed.includes(true)) return map;
  const workers = [...new Set(owners.filter((owner) => owner !== null))].sort();
  return {
    version: map.version + 1,
    workers,
    owners: owners.map((owner) => (owner === null ? -1 : workers.indexOf(owner))),
    terms: map.terms.map((term, shard) => (changed[shard] ? term + 1 : term)),
  };
}
