// One host's processes: identity provider, projector, workers, as its roles say. Starts them again when they end, and is
// a candidate for leadership itself: it has no load that could delay it.
import { join } from 'node:path';
import { Registry } from 'prom-client';
import type { Log } from '../../../actors/runtime/ports.ts';
import { JournalStreams } from '../../../storage/journal/streams.ts';
import { openClusterSecret } from '../../cluster-secret.ts';
import type { ClusterConfig } from '../../config.ts';
import { serveControl, supervisorOf } from '../../fabric/control/control.ts';
import { Leader } from '../../fabric/leader/leader.ts';
import { Announcement } from '../../fabric/membership/announcement.ts';
import { ClusterKv } from '../../fabric/membership/cluster-kv.ts';
import type { MemberRecord } from '../../fabric/membership/member.ts';
import { Members } from '../../fabric/membership/members.ts';
import { addCounters, addGauge } from '../../metrics.ts';
import { connectNats, requireAdmission } from '../../fabric/nats.ts';
import { serveKeeper } from '../../fabric/trust/journal-keeper.ts';
import { accessAs } from '../../fabric/trust/nats-users.ts';
import { systemClock as clock, systemRandom as random, systemTimers as timers } from '../../system-ports.ts';
import { Child } from './child.ts';
import { childEnvironment, type Environment } from './child-environment.ts';
import { claimHostName, hostKey, type HostRecord } from './host-name.ts';
import { Workers } from './workers.ts';

export interface RunningSupervisor {
  stop(): Promise<void>;
}

/** Programs that a supervisor starts beside its workers. */
const programs = {
  identity: join(import.meta.dirname, '../../identity/main.ts'),
  projector: join(import.meta.dirname, '../projector/main.ts'),
};

export async function startSupervisor(
  config: ClusterConfig,
  env: Environment,
  log: Log,
  onProgress: (step: string) => void,
): Promise<RunningSupervisor> {
  onProgress('Connecting to NATS');
  const { host, namespace } = config;
  const { secret, connection, kv } = await enterCluster(config, log);
  await claimHostName(kv, host, timers);
  const onChange = () => leader.wake();
  const members = new Members<MemberRecord>({ kv, kind: 'member', timers, log, onChange });
  const streams = new JournalStreams(connection, namespace);
  const count = runsWorkers(config) ? config.workers : 0;
  const ports = { clock, timers, log };
  const workersExpected = config.roles.includes('actors') ? count : 0;
  const shared = { connection, namespace, kv, members, streams };
  const leader = new Leader({ ...shared, ...ports, id: host, workersExpected });
  const workers = new Workers({
    host,
    count,
    env: childEnvironment(env, secret, 'worker'),
    kv,
    members,
    ...ports,
    random,
    onExit: (incarnation) => leader.workerExited(incarnation),
  });
  const about = recordOf(config, count);
  const announcement = new Announcement({ kv, key: hostKey(host), about, timers, log });
  await Promise.all([members.start(), announcement.start()]);
  // Members of this host so far belong to a life that has ended.
  for (const [incarnation, { value }] of members.all) {
    if (value.host === host) leader.workerExited(incarnation);
  }
  const { journalBytesMax } = config;
  const stopKeeper = serveKeeper({ connection, namespace, host, streams, members, journalBytesMax });
  const others = otherChildren(config, (child) => childEnvironment(env, secret, child), log);
  onProgress('Starting workers');
  const ready = Promise.all([...others, workers].map((each) => each.start()));
  // Heard below; a child may give up while the leader still starts.
  ready.catch(() => undefined);
  await leader.start();
  const registry = supervisorRegistry(leader, workers);
  const stopControl = serveControl(connection, namespace, supervisorOf(host), {
    metrics: () => registry.getMetricsAsJSON(),
    restart: async ({ place }) => {
      await workers.restart(place);
      return {};
    },
  });
  await ready;
  return {
    async stop() {
      stopControl();
      await workers.stop();
      await leader.stop();
      await Promise.all(others.map((each) => each.stop()));
      stopKeeper();
      members.stop();
      await announcement.stop();
      await connection.close();
    },
  };
}

/** As the leader's user: every supervisor may come to lead. Makes the cluster's secret at the first start. */
async function enterCluster({ nats, namespace, host, clusterSecretFile }: ClusterConfig, log: Log) {
  const secret = openClusterSecret(clusterSecretFile);
  const access = accessAs(nats, 'leader', secret);
  await requireAdmission(access);
  const connection = await connectNats(access, `skein supervisor ${host}`, log);
  return { secret, connection, kv: await ClusterKv.open(connection, namespace) };
}

export function runsWorkers({ roles }: ClusterConfig): boolean {
  return roles.includes('gateway') || roles.includes('actors');
}

function recordOf({ host, roles }: ClusterConfig, workers: number): HostRecord {
  return { host, pid: process.pid, startedAtMs: clock.now(), roles, workers };
}

/** In the order in which they are stopped: the projector last, so that it can follow the workers to their end. */
function otherChildren(
  { identityPort, roles }: ClusterConfig,
  envOf: (child: 'identity' | 'projector') => Environment,
  log: Log,
): Child[] {
  const wanted: (keyof typeof programs)[] = [];
  if (identityPort > 0 && roles.includes('identity')) wanted.push('identity');
  if (roles.includes('projector')) wanted.push('projector');
  return wanted.map((name) => {
    const command = () => ({ module: programs[name], args: [] });
    return new Child({ name, command, env: envOf(name), clock, timers, log, onExit: () => undefined });
  });
}

function supervisorRegistry(leader: Leader, workers: Workers): Registry {
  const registry = new Registry();
  addGauge(registry, 'skein_leader', '1 while this supervisor leads', () => (leader.leads ? 1 : 0));
  addGauge(registry, 'skein_worker_restarts', 'Workers started again', () => workers.restarts);
  addCounters(registry, 'skein_moves', 'Planned moves', leader.totals.moves);
  addCounters(registry, 'skein_takeovers', 'Takeovers', leader.totals.takeovers);
  return registry;
}
