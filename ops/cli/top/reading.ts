// One look at everything that `skein top` shows: counters as they stand. Two of them make a sample.
import type { ClusterAccess } from '../cluster/access.ts';
import { livingMembers, livingProjectors } from '../cluster/facts.ts';
import { readLoads, type Loads } from '../cluster/loads.ts';
import { readMetrics, type Metrics } from '../cluster/metrics.ts';
import { readState, type ClusterState } from '../cluster/snapshot.ts';

export interface Reading {
  readonly atMs: number;
  readonly state: ClusterState;
  readonly loads: Loads;
  /** By incarnation or projector id; null for those that did not answer. */
  readonly metrics: ReadonlyMap<string, Metrics | null>;
}

export async function readTop(access: ClusterAccess): Promise<Reading> {
  const state = await readState(access);
  const asked = [
    ...livingMembers(state).map(({ incarnation }) => incarnation),
    ...livingProjectors(state).map(({ id }) => id),
  ];
  const [loads, answers] = await Promise.all([
    readLoads(access, state),
    Promise.all(asked.map(async (who) => [who, await readMetrics(access, who)] as const)),
  ]);
  return { atMs: Date.now(), state, loads, metrics: new Map(answers) };
}
