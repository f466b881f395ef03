// One worker: its part of the shards with their actors and journal, and a gateway for clients. Everything started
// here is stopped here.
import type { Log } from '../../../actors/runtime/ports.ts';
import { DiskRoom } from '../../../storage/disk/room.ts';
import { journalBounds } from '../../../storage/journal/bounds.ts';
import { openPool } from '../../../storage/postgres/pool.ts';
import { ClusterClock } from '../../fabric/cluster-clock.ts';
import type { ClusterConfig } from '../../config.ts';
import { serveControl, type ControlHandlers } from '../../fabric/control/control.ts';
import { startAdminServer } from '../../edge/http/admin-server.ts';
import type { Readiness } from '../../edge/http/health.ts';
import type { Uploads } from '../../edge/http/uploads/uploads.ts';
import { ClusterKv } from '../../fabric/membership/cluster-kv.ts';
import { Member } from '../../fabric/membership/member.ts';
import { connectNats } from '../../fabric/nats.ts';
import { IntentWatch } from '../../fabric/operations/intent-store.ts';
import { placeOf } from '../../fabric/operations/intent.ts';
import { ShardMapWatch } from '../../fabric/placement/shard-map-watch.ts';
import type { ShardServer } from '../../fabric/shards/shard-server.ts';
import { systemClock, systemTimers as timers } from '../../system-ports.ts';
import { buildActors, type Actors } from './actors.ts';
import { buildGateway, buildLimits, buildUploads, serveClients, type Clients } from './clients.ts';
import { DamageWatch } from './damage-watch.ts';
import { DrainFollower } from './drain-follower.ts';
import { loseLink, receive } from './envelopes.ts';
import { buildLinks } from './links.ts';
import { workerRegistry } from './metrics.ts';

/** A page of history takes a connection a few milliseconds: who would wait for half a second is told to come later. */
const poolBounds = { connectionsMax: 8, waitingMax: 256 };

export interface WorkerOptions {
  readonly config: ClusterConfig;
  readonly incarnation: string;
  /** Its number among the workers of this host. */
  readonly number: number;
  /** 0: any free port. */
  readonly adminPort: number;
  readonly log: Log;
  /** The worker can never serve again; its process should end. */
  readonly onFatal: (reason: string) => void;
}

export interface RunningWorker {
  stop(): Promise<void>;
}

export async function startWorker({
  config,
  incarnation,
  number,
  adminPort,
  log,
  onFatal,
}: WorkerOptions): Promise<RunningWorker> {
  const name = `skein ${incarnation}`;
  const connection = await connectNats(config.nats, name, log);
  const pool = openPool({ databaseUrl: config.databaseUrl, name, ...poolBounds, log });
  const kv = await ClusterKv.open(connection, config.namespace);
  const room = await openRoom(config, log);
  const clock = new ClusterClock(systemClock, kv, log);
  await clock.start(timers);
  const watch = new ShardMapWatch(kv, timers, log);
  const acts = config.roles.includes('actors');
  const place = placeOf(config.host, number);
  const about = aboutWorker(config, incarnation, place);
  const member = new Member({ about, kv, clock, timers, log, onDeclaredDead: onFatal });
  const common = { connection, pool, config, incarnation, watch, room, clock, log };
  const links = buildLinks({ ...common, member });
  const actors = buildActors({ ...common, links, onFatal });
  const limits = buildLimits(config, name, clock, log);
  const clients = buildGateway({ ...common, name, limits, router: links.router });
  const uploads = await buildUploads({ ...common, limits, router: links.router }, clients);
  const damage = new DamageWatch({ ...common, timers });
  const readiness = readinessOf({ member, actors, watch, clients, damage });
  const registry = workerRegistry({ pool, ...links, ...actors, ...clients, ...limits, uploads, room, clock });
  const admin = await startAdminServer(adminPort, registry, readiness);
  links.bus.start({
    message: (from, message) => receive(from, message, links, clients),
    loss: (from) => loseLink(from, links, clients),
  });
  // A member first, so that the leader does not take the new journal for that of a dead worker.
  member.whenLapsed(() => (acts ? actors.confirmJournal() : Promise.resolve()));
  await member.join(admin.address);
  if (acts) {
    await actors.start();
    await links.shards.start(actors.host, kv);
  }
  await Promise.all([watch.start(), clients.ended.start()]);
  const stopControl = serveControl(connection, config.namespace, incarnation, {
    ...(acts && controlsOfActors(links.shards, actors, kv)),
    metrics: () => registry.getMetricsAsJSON(),
  });
  const doors = await openDoors({ config, place, kv, clients, uploads, readiness, log });
  log.info({ incarnation, place, roles: config.roles, admin: admin.address }, 'worker serves');

  return {
    async stop() {
      await doors.close();
      uploads.stop();
      limits.stop();
      stopControl();
      // From here on commands are for someone else: what is still in flight leaves, nothing new begins.
      links.shards.stop();
      await actors.stop();
      links.stop();
      await member.leave().catch(() => undefined);
      watch.stop();
      clients.ended.stop();
      room.stop();
      damage.stop();
      clock.stop();
      admin.close();
      await Promise.allSettled([connection.drain(), pool.end()]);
    },
  };
}

async function openRoom(config: ClusterConfig, log: Log): Promise<DiskRoom> {
  const { diskFolders: folders, diskFreeBytesMin: freeBytesMin, diskFreeBytesWarn: freeBytesWarn } = config;
  const room = new DiskRoom({ folders, freeBytesMin, freeBytesWarn, timers, log });
  await room.start();
  return room;
}

interface Doors {
  /** Lets nobody in any more and everyone out; resolves when nobody is left. */
  close(): Promise<void>;
}

/** Takes clients, if that is among the roles, except while operators want this place drained. */
async function openDoors({
  config,
  place,
  kv,
  clients,
  uploads,
  readiness,
  log,
}: {
  config: ClusterConfig;
  place: string;
  kv: ClusterKv;
  clients: Clients;
  uploads: Uploads;
  readiness: Readiness;
  log: Log;
}): Promise<Doors> {
  const { gateway } = clients;
  if (!config.roles.includes('gateway')) return { close: () => gateway.stop() };
  const listening = await serveClients({ ...clients, uploads }, config, readiness, log);
  const drains = new DrainFollower(place, gateway, listening, log);
  const intent = new IntentWatch(kv, timers, log, (wishes) => drains.follow(wishes));
  await intent.start();
  return {
    async close() {
      intent.stop();
      listening.close();
      await gateway.stop();
    },
  };
}

/** A full disk is no reason to be left out: reading goes on. */
function readinessOf({
  member,
  actors,
  watch,
  clients,
  damage,
}: {
  member: Member;
  actors: Actors;
  watch: ShardMapWatch;
  clients: Clients;
  damage: DamageWatch;
}): Readiness {
  const missing = () => [
    ...(member.valid ? [] : ['membership (NATS)']),
    ...(actors.journal.settlingForMs < journalBounds.settlingForMsMax ? [] : ['journal (NATS)']),
    ...(watch.map.workers.length > 0 ? [] : ['shard map']),
    ...(clients.gateway.draining ? ['sockets (draining)'] : []),
  ];
  return () => ({ missing: missing(), damaged: damage.damaged });
}

function aboutWorker({ host, roles, weight }: ClusterConfig, incarnation: string, place: string) {
  return { incarnation, host, place, roles, pid: process.pid, startedAtMs: systemClock.now(), weight };
}

/** Requests of the leader and operators to a worker that owns shards. */
function controlsOfActors(shards: ShardServer, actors: Actors, kv: ClusterKv): ControlHandlers {
  return {
    release: async ({ terms }) => {
      await shards.release(terms, actors.journal, kv);
      return {};
    },
    confirm_journal: async () => {
      await actors.confirmJournal();
      return {};
    },
    loads: () => Promise.resolve(shards.loads),
    actor: ({ address }) => Promise.resolve(actors.host.describe(address)),
  };
}
