// Conclusions from the cluster's state: who serves, who has how much, and which moves the leader has ahead.
// Pure.
import { placementWorkers, wishesOf } from '../../../cluster/fabric/leader/wishes.ts';
import { membershipTiming } from '../../../cluster/fabric/membership/timing.ts';
import type { MemberRecord } from '../../../cluster/fabric/membership/member.ts';
import { drainOf, placeOf } from '../../../cluster/fabric/operations/intent.ts';
import { planMoves, type Move } from '../../../cluster/fabric/placement/plan-moves.ts';
import type { PlacementWorker } from '../../../cluster/fabric/placement/ring.ts';
import { ownersOf } from '../../../cluster/fabric/placement/shard-map.ts';
import type { Role } from '../../../cluster/config.ts';
import type { ClusterSnapshot, ClusterState, JournalFacts, Renewed } from './snapshot.ts';

export type Member = Renewed<MemberRecord>;

/** Members that renew, and that nobody has asked to be taken for dead. */
export function livingMembers({ members, intent }: ClusterState): Member[] {
  return members.filter(
    ({ silentMs, incarnation }) =>
      silentMs <= membershipTiming.deadAfterMs && !intent.failovers.includes(incarnation),
  );
}

export function livingHosts({ hosts }: ClusterState) {
  return hosts.filter(({ silentMs }) => silentMs <= membershipTiming.deadAfterMs);
}

export function livingProjectors({ projectors }: ClusterState) {
  return projectors.filter(({ silentMs }) => silentMs <= membershipTiming.projectorDeadAfterMs);
}

export function livingLeader({ leader }: ClusterState) {
  return leader && leader.silentMs <= membershipTiming.leaderDeadAfterMs ? leader : null;
}

/** Members with this role that are not drained: those who take new work. */
export function openMembers(state: ClusterState, role: Role): Member[] {
  return livingMembers(state).filter(
    ({ roles, place }) => roles.includes(role) && drainOf(state.intent, place) === null,
  );
}

/** Workers as the leader's plans see them. */
export function placementWorkersOf(state: ClusterState): PlacementWorker[] {
  const living = livingMembers(state);
  const alive = new Set(living.map(({ incarnation }) => incarnation));
  const members = new Map(living.map((value) => [value.incarnation, { value, revision: 0 }]));
  return placementWorkers(alive, members, state.intent);
}

export function shardCounts({ map }: ClusterState): Map<string, number> {
  const counts = new Map<string, number>();
  for (const owner of ownersOf(map)) if (owner !== null) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  return counts;
}

export function shardsOf({ map }: ClusterState, incarnation: string): number[] {
  return ownersOf(map).flatMap((owner, shard) => (owner === incarnation ? [shard] : []));
}

/** Shards without a living owner. */
export function unservedShards(state: ClusterState): number[] {
  const alive = new Set(livingMembers(state).map(({ incarnation }) => incarnation));
  return ownersOf(state.map).flatMap((owner, shard) => (owner === null || !alive.has(owner) ? [shard] : []));
}

/** Moves that the leader has ahead, as things stand. */
export function outstandingMoves(state: ClusterState): Move[] {
  const workers = placementWorkersOf(state);
  return workers.length < 2 ? [] : planMoves(ownersOf(state.map), workers, wishesOf(state.intent));
}

export function memberAt(state: ClusterState, place: string): Member | undefined {
  return livingMembers(state).find((member) => member.place === place);
}

/** The place of a worker by its incarnation; the incarnation itself when it is not known any more. */
export function placeOfOwner({ members }: ClusterState, incarnation: string): string {
  return members.find((member) => member.incarnation === incarnation)?.place ?? incarnation;
}

/** Every place that has a worker now, or should have. */
export function knownPlaces(state: ClusterState): string[] {
  const supervised = state.hosts.flatMap(({ host, workers }) =>
    Array.from({ length: workers }, (_, index) => placeOf(host, index + 1)),
  );
  return sorted([...supervised, ...state.members.map(({ place }) => place)]);
}

export function knownHosts({ hosts, members }: ClusterState): string[] {
  return sorted([...hosts, ...members].map(({ host }) => host));
}

/** Of workers that are gone: to be projected to their ends, and then deleted by the leader. */
export function orphanedJournals(snapshot: ClusterSnapshot): JournalFacts[] {
  const present = new Set(snapshot.members.map(({ incarnation }) => incarnation));
  return snapshot.journals.filter(({ incarnation }) => !present.has(incarnation));
}

/** Records that are not in PostgreSQL yet; null when that cannot be known. */
export function lagOf({ lastRecord, projected }: JournalFacts): number | null {
  return lastRecord === null || projected === null ? null : Math.max(0, lastRecord - projected);
}

/** An estimate: JetStream knows the size of all records together. */
export function lagBytesOf(journal: JournalFacts): number | null {
  const lag = lagOf(journal);
  if (lag === null || journal.records === 0) return lag;
  return Math.round((Math.min(lag, journal.records) / journal.records) * journal.bytes);
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}
