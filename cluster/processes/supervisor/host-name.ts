// A host's name in the cluster. Two supervisors under one name would each take the other's workers for leftovers of
// its own earlier life, so the second one is refused: it finds the first one renewing its record.
import type { Timers } from '../../../actors/runtime/ports.ts';
import { ConfigError } from '../../config.ts';
import type { ClusterKv } from '../../fabric/membership/cluster-kv.ts';
import { membershipTiming } from '../../fabric/membership/timing.ts';

export interface HostRecord {
  readonly host: string;
  readonly pid: number;
  readonly startedAtMs: number;
  readonly roles: readonly string[];
  /** Worker processes that it runs. */
  readonly workers: number;
}

export const hostKey = (host: string) => `host.${host}`;

/** Longer than a living supervisor lets pass between two renewals. */
const watchForMs = 2.5 * membershipTiming.renewEveryMs;

/** Resolves when nobody else uses the name; throws ConfigError when somebody does. */
export async function claimHostName(kv: ClusterKv, host: string, timers: Timers): Promise<void> {
  const present = await kv.get<HostRecord>(hostKey(host));
  if (!present) return;
  await new Promise<void>((resolve) => timers.setTimeout(resolve, watchForMs));
  const later = await kv.get<HostRecord>(hostKey(host));
  if (!later || later.revision === present.revision) return;
  throw new ConfigError(
    `Another supervisor of this cluster calls itself ${host} (process ${later.value.pid} there). Give each host a name of its own with SKEIN_HOST.`,
  );
}
