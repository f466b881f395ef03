// A worker's connections to the other workers: the bus, the router that asks through it, and the server that answers.
import type { NatsConnection } from '@nats-io/transport-node';
import type pg from 'pg';
import type { Clock, Log } from '../../../actors/runtime/ports.ts';
import { Directory } from '../../../storage/postgres/directory.ts';
import { Bus } from '../../fabric/bus/bus.ts';
import type { ClusterConfig } from '../../config.ts';
import type { Member } from '../../fabric/membership/member.ts';
import type { ShardMapWatch } from '../../fabric/placement/shard-map-watch.ts';
import { Arrivals } from '../../fabric/routing/arrivals.ts';
import { Router } from '../../fabric/routing/router.ts';
import { ShardServer } from '../../fabric/shards/shard-server.ts';
import { systemTimers as timers } from '../../system-ports.ts';

export interface LinksOptions {
  readonly connection: NatsConnection;
  readonly pool: pg.Pool;
  readonly config: ClusterConfig;
  readonly incarnation: string;
  readonly watch: ShardMapWatch;
  readonly member: Member;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Links {
  readonly arrivals: Arrivals;
  readonly bus: Bus;
  readonly router: Router;
  readonly shards: ShardServer;
  stop(): void;
}

export function buildLinks({
  connection,
  pool,
  config,
  incarnation,
  watch,
  member,
  clock,
  log,
}: LinksOptions): Links {
  const bus = new Bus({ connection, namespace: config.namespace, incarnation, clock, timers, log });
  const router = new Router(bus, watch, clock, timers, log);
  const directory = new Directory(pool);
  const writeLastSeen = (seen: ReadonlyMap<string, number>) => directory.writeLastSeen(seen);
  const shards = new ShardServer({ incarnation, bus, watch, member, writeLastSeen, clock, timers, log });
  return {
    arrivals: new Arrivals(incarnation, log),
    bus,
    router,
    shards,
    stop() {
      router.stop();
      shards.stop();
      bus.stop();
    },
  };
}
