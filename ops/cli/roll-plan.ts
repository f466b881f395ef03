// Which workers a rolling restart is for, and what is remembered of one that was stopped. The list is pure.
import { livingMembers, type Member } from './cluster/facts.ts';
import type { ClusterState } from './cluster/snapshot.ts';

/** In the cluster's KV, so that whoever goes on with it need not sit at the same machine. */
export interface RollRecord {
  readonly startedAtMs: number;
  /** The lives that were to end. */
  readonly incarnations: readonly string[];
  /** The place that it has drained at present; whoever goes on with it undrains it first. */
  readonly draining?: string;
}

export interface RollScope {
  readonly host?: string;
  /** Only workers that have not started since. */
  readonly sinceMs?: number;
  /** Only these. */
  readonly of?: RollRecord;
}

/** In the order of hosts and places. */
export function workersToRoll(state: ClusterState, { host, sinceMs, of }: RollScope): Member[] {
  return livingMembers(state).filter(
    (member) =>
      (host === undefined || member.host === host) &&
      (sinceMs === undefined || member.startedAtMs < sinceMs) &&
      (of === undefined || of.incarnations.includes(member.incarnation)),
  );
}
