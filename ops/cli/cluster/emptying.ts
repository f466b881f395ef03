// How far a drain is: shards and sockets that are left. And who would be left to serve. Pure, but for the asking.
import type { Role } from '../../../cluster/config.ts';
import type { ClusterAccess } from './access.ts';
import { livingMembers, openMembers, shardCounts, type Member } from './facts.ts';
import { readMetrics } from './metrics.ts';
import { covers, type Whereabouts } from './names.ts';
import { runsShards, takesSockets } from './roles.ts';
import { readState, type ClusterState } from './snapshot.ts';
import { plural } from '../terminal/numbers.ts';
import { metricNames } from '../../../protocol/metric-names.ts';

export interface Contents {
  readonly shards: number;
  readonly sockets: number;
  /** Workers that do not tell. */
  readonly silent: number;
}

export const isEmpty = ({ shards, sockets, silent }: Contents): boolean => shards + sockets + silent === 0;

export function describeContents({ shards, sockets, silent }: Contents): string {
  const unknown = silent > 0 ? `, ${plural(silent, 'worker')} not answering` : '';
  return `${plural(shards, 'shard')} and ${plural(sockets, 'socket')} left${unknown}`;
}

/** Shards and sockets that the living workers there hold. */
export async function contentsOf(access: ClusterAccess, where: Whereabouts): Promise<Contents> {
  const state = await readState(access);
  const members = livingMembers(state).filter(({ place }) => covers(where, place));
  const counts = shardCounts(state);
  const shards = members.reduce((sum, { incarnation }) => sum + (counts.get(incarnation) ?? 0), 0);
  const sockets = await Promise.all(
    members.filter(takesSockets).map(async ({ incarnation }) => {
      return (await readMetrics(access, incarnation))?.value(metricNames.sockets) ?? null;
    }),
  );
  return {
    shards,
    sockets: sockets.reduce<number>((sum, count) => sum + (count ?? 0), 0),
    silent: sockets.filter((count) => count === null).length,
  };
}

/** The roles that nobody would be left with if these were drained. */
export function rolesLeftEmpty(state: ClusterState, isDrained: (member: Member) => boolean): Role[] {
  const leaving = livingMembers(state).filter(isDrained);
  return (['actors', 'gateway'] as const).filter((role) => {
    const has = role === 'actors' ? runsShards : takesSockets;
    return leaving.some(has) && openMembers(state, role).every(isDrained);
  });
}
