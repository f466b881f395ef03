// One worker: its part of the shards with their actors and journal, and a gateway for clients. Everything started
// here is stopped here.
import { us_listen_socket_close } from 'uWebSockets.js';
import type { Log } from '../../actors/runtime/ports.ts';
import { openPool } from '../../storage/postgres/pool.ts';
import type { ClusterConfig } from '../config.ts';
import { startAdminServer } from '../http/admin-server.ts';
import type { Readiness } from '../http/health.ts';
import { ClusterKv } from '../membership/cluster-kv.ts';
import { serveControl } from '../leader/control.ts';
import { Member } from '../membership/member.ts';
import { connectNats } from '../nats.ts';
import { ShardMapWatch } from '../placement/shard-map-watch.ts';
import { envelopeTypes, type Envelope } from '../routing/envelopes.ts';
import { systemClock as clock, systemTimers as timers } from '../system-ports.ts';
import { buildActors } from './actors.ts';
import { buildGateway, buildLimits, buildUploads, serveClients, type Clients } from './clients.ts';
import { buildLinks, type Links } from './links.ts';
import { workerRegistry } from './metrics.ts';

export interface WorkerOptions {
  readonly config: ClusterConfig;
  readonly incarnation: string;
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
  adminPort,
  log,
  onFatal,
}: WorkerOptions): Promise<RunningWorker> {
  const connection = await connectNats(config.natsUrl, `skein ${incarnation}`);
  const pool = openPool({
    databaseUrl: config.databaseUrl,
    name: `skein ${incarnation}`,
    connectionsMax: 8,
    log,
  });
  const kv = await ClusterKv.open(connection, config.namespace);
  const watch = new ShardMapWatch(kv, timers, log);
  const about = { incarnation, host: config.host, pid: process.pid, startedAtMs: clock.now(), weight: 1 };
  const member = new Member(about, kv, clock, timers, log);
  const links = buildLinks({ connection, pool, config, incarnation, watch, member, log });
  const actors = buildActors({ connection, pool, config, incarnation, links, watch, log, onFatal });
  const limits = buildLimits(config, `skein ${incarnation}`, log);
  const clients = buildGateway({ pool, config, limits, router: links.router, watch, log });
  const uploads = await buildUploads({ pool, config, limits, router: links.router, log }, clients);
  const readiness: Readiness = () => {
    const missing = [];
    if (!member.valid) missing.push('membership (NATS)');
    if (watch.map.workers.length === 0) missing.push('shard map');
    return missing;
  };
  const registry = workerRegistry({ ...links, ...actors, ...clients, ...limits, uploads });
  const admin = await startAdminServer(adminPort, registry, readiness);
  links.bus.start({
    message: (from, message) => receive(from, message as Envelope, links, clients),
    loss: (from) => loseLink(from, clients),
  });
  // A member first, so that the leader does not take the new journal for that of a dead worker.
  member.whenLapsed(() => actors.confirmJournal());
  await member.join(admin.address);
  await actors.start();
  links.shards.start(actors.host, kv);
  await watch.start();
  const stopControl = serveControl(connection, config.namespace, incarnation, (released) =>
    links.shards.release(released, actors.journal, kv),
  );
  const listening = await serveClients({ ...clients, uploads }, config, readiness, log);
  log.info(
    { incarnation, admin: admin.address, listen: `${config.listenHost}:${config.listenPort}` },
    'worker serves',
  );

  return {
    async stop() {
      us_listen_socket_close(listening);
      clients.gateway.drain();
      uploads.stop();
      limits.limiter.stop();
      limits.redis?.stop();
      stopControl();
      // From here on commands are for someone else: what is still in flight leaves, nothing new begins.
      links.shards.stop();
      await actors.stop();
      links.stop();
      await member.leave().catch(() => undefined);
      watch.stop();
      admin.close();
      await Promise.allSettled([connection.drain(), pool.end()]);
    },
  };
}

/** Whatever the lost messages said is asked again. */
function loseLink(from: string, { following, watching }: Clients): void {
  following.linkLost(from);
  watching.linkLost(from);
}

function receive(
  from: string,
  envelope: Envelope,
  { shards, router, bus }: Links,
  { following, watching }: Clients,
): void {
  switch (envelope[0]) {
    case envelopeTypes.command:
      return shards.command(from, envelope);
    case envelopeTypes.reply:
      return router.onReply(envelope[1], envelope[2]);
    case envelopeTypes.notOwner:
      return router.onNotOwner(envelope[1]);
    case envelopeTypes.publish:
      return following.publish(envelope[1], envelope[2], envelope[3]);
    case envelopeTypes.publishEach:
      return following.publishEach(envelope[1], envelope[2]);
    case envelopeTypes.forget:
      return shards.forget(from, envelope[1]);
    case envelopeTypes.drop: {
      const [, correlation, actorId, userIds] = envelope;
      return following.drop(actorId, userIds, () => bus.send(from, [envelopeTypes.dropped, correlation]));
    }
    case envelopeTypes.dropped:
      return shards.dropped(from, envelope[1]);
    case envelopeTypes.presence:
      return watching.changed(envelope[1], envelope[2], envelope[3]);
    case envelopeTypes.unwatch:
      return shards.unwatch(from, envelope[1]);
  }
}
