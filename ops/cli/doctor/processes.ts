// The cluster's own processes: that all are there, and that their hosts give them what they need.
import type { ClusterConfig } from '../../../cluster/config.ts';
import type { ClusterAccess } from '../cluster/access.ts';
import { livingHosts, livingLeader, livingMembers, livingProjectors } from '../cluster/facts.ts';
import type { Metrics } from '../cluster/metrics.ts';
import { takesSockets } from '../cluster/roles.ts';
import { readSnapshot, type ClusterSnapshot } from '../cluster/snapshot.ts';
import { statusOf } from '../status.ts';
import { readTop } from '../top/reading.ts';
import { formatDuration } from '../terminal/durations.ts';
import { formatCount, listed, plural } from '../terminal/numbers.ts';
import { fail, ok, warn, type Finding } from './finding.ts';
import type { ProcessCounts } from './postgres.ts';
import { metricNames } from '../../../protocol/metric-names.ts';

export interface Examined {
  readonly findings: readonly Finding[];
  readonly counts: ProcessCounts;
  readonly gatewayHosts: readonly string[];
}

/** Besides sockets: PostgreSQL, NATS, files, the admin port. */
const otherFiles = 200;
const clockWarnMs = 1_000;
const clockFailMs = 30_000;
/** A projection that lags more than this slows takeovers and moves. */
const lagWarn = 2_000;
const lateWarnMs = 50;

export async function examine(access: ClusterAccess, config: ClusterConfig): Promise<Examined> {
  const snapshot = await readSnapshot(access);
  const { metrics } = await readTop(access);
  return {
    findings: judge(snapshot, metrics, config.socketsMax),
    counts: {
      workers: livingMembers(snapshot).length,
      projectors: livingProjectors(snapshot).length,
      identities: livingHosts(snapshot).filter(({ roles }) => roles.includes('identity')).length,
    },
    gatewayHosts: livingHosts(snapshot)
      .filter(({ roles }) => roles.includes('gateway'))
      .map(({ host }) => host),
  };
}

export function judge(
  snapshot: ClusterSnapshot,
  metrics: ReadonlyMap<string, Metrics | null>,
  socketsMax: number,
): Finding[] {
  const status = statusOf(snapshot, metrics);
  return [
    ...status.problems.map(({ what, fix }) => fail('cluster', what, fix)),
    ...presence(snapshot),
    checkHostNames(snapshot),
    checkLag(status.journalLag),
    checkFiles(snapshot, metrics, socketsMax),
    checkClocks(snapshot, metrics),
    checkLoops(snapshot, metrics),
  ];
}

/** Their absence is among the problems. */
function presence(snapshot: ClusterSnapshot): Finding[] {
  const leader = livingLeader(snapshot);
  const projectors = livingProjectors(snapshot);
  return [
    ...(leader ? [ok('leader', leader.host)] : []),
    ...(projectors.length > 0 ? [ok('projectors', listed(projectors.map(({ host }) => host)))] : []),
  ];
}

function checkHostNames(snapshot: ClusterSnapshot): Finding {
  const members = livingMembers(snapshot);
  const twice = members.filter(({ place }) => members.filter((other) => other.place === place).length > 1);
  if (twice.length === 0) return ok('host names', listed(livingHosts(snapshot).map(({ host }) => host)));
  const hosts = [...new Set(twice.map(({ host }) => host))];
  return fail(
    'host names',
    `two machines seem to call themselves ${listed(hosts)}`,
    'Give each a name of its own with SKEIN_HOST. Just after a worker’s death this is normal for a few seconds.',
  );
}

function checkLag(lag: number | null): Finding {
  const about = 'projection';
  if (lag === null) return warn(about, 'how far it is cannot be told', 'See PostgreSQL.');
  const says = `${plural(lag, 'record')} behind`;
  if (lag < lagWarn) return ok(about, says);
  return warn(about, says, 'Takeovers and moves wait for it: see PostgreSQL’s load, and skein top.');
}

function checkFiles(
  snapshot: ClusterSnapshot,
  metrics: ReadonlyMap<string, Metrics | null>,
  socketsMax: number,
): Finding {
  const about = 'open files';
  const limits = livingMembers(snapshot)
    .filter(takesSockets)
    .flatMap(({ place, incarnation }) => {
      const max = metrics.get(incarnation)?.value('process_max_fds') ?? null;
      return max === null ? [] : [{ place, max }];
    });
  if (limits.length === 0)
    return warn(about, 'no worker told its limit', 'It has to be above SKEIN_SOCKETS_MAX.');
  const least = limits.reduce((a, b) => (b.max < a.max ? b : a));
  const says = `${formatCount(least.max)} at ${least.place}, for up to ${formatCount(socketsMax)} sockets (SKEIN_SOCKETS_MAX here)`;
  if (least.max >= socketsMax + otherFiles) return ok(about, says);
  return fail(
    about,
    says,
    `Raise the limit (LimitNOFILE, ulimit -n) or lower SKEIN_SOCKETS_MAX to ${least.max - otherFiles}: a worker without files left dies.`,
  );
}

function checkClocks(snapshot: ClusterSnapshot, metrics: ReadonlyMap<string, Metrics | null>): Finding {
  const about = 'clocks';
  const offsets = livingMembers(snapshot).flatMap(({ host, incarnation }) => {
    const ms = metrics.get(incarnation)?.value(metricNames.clockOffsetMs) ?? null;
    return ms === null ? [] : [{ host, ms: Math.abs(ms) }];
  });
  if (offsets.length === 0) return warn(about, 'no worker told', 'Keep them right with NTP.');
  const worst = offsets.reduce((a, b) => (b.ms > a.ms ? b : a));
  if (worst.ms < clockWarnMs) return ok(about, `within ${formatDuration(clockWarnMs)} of NATS’s`);
  const says = `${worst.host} is ${formatDuration(worst.ms)} off NATS’s`;
  const fix = 'Skein makes up for it, but keep clocks right with NTP: logs and tokens go by them.';
  return worst.ms < clockFailMs ? warn(about, says, fix) : fail(about, says, fix);
}

function checkLoops(snapshot: ClusterSnapshot, metrics: ReadonlyMap<string, Metrics | null>): Finding {
  const about = 'event loops';
  const late = livingMembers(snapshot).filter(
    ({ incarnation }) => (metrics.get(incarnation)?.value(metricNames.loopLateMs) ?? 0) > lateWarnMs,
  );
  const places = late.map(({ place }) => place);
  if (places.length === 0) return ok(about, 'on time');
  return warn(
    about,
    `${listed(places)} run late`,
    'They have more to do than they can: skein top, skein rebalance, or more workers.',
  );
}
