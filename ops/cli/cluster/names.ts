// Names that people type: hosts, places, incarnations, shards. A wrong one is answered with those that there are.
import { bounds } from '../../../actors/runtime/bounds.ts';
import { hostOf } from '../../../cluster/fabric/operations/intent.ts';
import { wrongUse } from '../errors.ts';
import { knownHosts, knownPlaces, livingMembers, memberAt, type Member } from './facts.ts';
import type { ClusterState } from './snapshot.ts';

/** A worker, host or shard that a drain applies to. */
export interface Whereabouts {
  readonly name: string;
  readonly kind: 'host' | 'place';
}

export function hostOrPlace(state: ClusterState, name: string): Whereabouts {
  if (knownPlaces(state).includes(name)) return { name, kind: 'place' };
  if (knownHosts(state).includes(name)) return { name, kind: 'host' };
  throw wrongUse(`There is no host or place called ${name}. ${whatThereIs(state)}`);
}

export function covers({ name, kind }: Whereabouts, place: string): boolean {
  return kind === 'place' ? place === name : hostOf(place) === name;
}

export function hostNamed(state: ClusterState, name: string): string {
  if (knownHosts(state).includes(name)) return name;
  throw wrongUse(`There is no host called ${name}. The hosts are: ${knownHosts(state).join(', ')}.`);
}

export function placeNamed(state: ClusterState, name: string): string {
  if (knownPlaces(state).includes(name)) return name;
  throw wrongUse(`There is no place called ${name}. The places are: ${knownPlaces(state).join(', ')}.`);
}

/** A worker by its place or its incarnation. */
export function workerNamed(state: ClusterState, name: string): Member {
  const byIncarnation = livingMembers(state).find(({ incarnation }) => incarnation === name);
  const found = byIncarnation ?? memberAt(state, name);
  if (found) return found;
  const workers = livingMembers(state).map(({ place, incarnation }) => `${place} (${incarnation})`);
  throw wrongUse(`No worker called ${name} is there now. The workers are: ${workers.join(', ') || 'none'}.`);
}

/** Reads `7`, `7,9`, `0-63` and several of them. */
export function shardsNamed(texts: readonly string[]): number[] {
  const shards = texts.flatMap((text) => text.split(',')).flatMap(range);
  return [...new Set(shards)].sort((a, b) => a - b);
}

function range(text: string): number[] {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (!match || last >= bounds.shardCount || first > last) {
    throw wrongUse(
      `${JSON.stringify(text)} names no shard. Shards are numbers from 0 to ${bounds.shardCount - 1}; several are written 3,5 or 0-63.`,
    );
  }
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** `0-2, 7` of 0, 1, 2, 7; at most so many parts. */
export function describeShards(shards: readonly number[], partsMax = 8): string {
  const parts: [number, number][] = [];
  for (const shard of shards) {
    const last = parts.at(-1);
    if (last?.[1] === shard - 1) last[1] = shard;
    else parts.push([shard, shard]);
  }
  const named = parts.slice(0, partsMax).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  return parts.length > partsMax ? `${named.join(', ')}, …` : named.join(', ');
}

function whatThereIs(state: ClusterState): string {
  return `The hosts are: ${knownHosts(state).join(', ')}; the places: ${knownPlaces(state).join(', ')}.`;
}
