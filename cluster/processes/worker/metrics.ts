// A worker's Prometheus metrics.
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { ActorCommands } from '../../../actors/commands.ts';
import type { ActorHost } from '../../../actors/runtime/actor-host.ts';
import type { JournalWriter } from '../../../storage/journal/writer.ts';
import type { DiskRoom } from '../../../storage/disk/room.ts';
import type { PostgresConversationStore } from '../../../storage/postgres/conversation-store.ts';
import type { BoundedPool } from '../../../storage/postgres/pool.ts';
import type { Admission } from '../../edge/admission/admission.ts';
import type { ClusterClock } from '../../fabric/cluster-clock.ts';
import type { Bus } from '../../fabric/bus/bus.ts';
import type { EndedSessions } from '../../edge/gateway/ended-sessions.ts';
import type { Following } from '../../edge/gateway/following.ts';
import type { Gateway } from '../../edge/gateway/gateway.ts';
import type { Greeting } from '../../edge/gateway/greeting.ts';
import type { LargeAnswers } from '../../edge/gateway/large-answers.ts';
import type { Seats } from '../../edge/gateway/seats.ts';
import type { Limiter } from '../../edge/limits/limiter.ts';
import type { LimitKind } from '../../edge/limits/rates.ts';
import type { RedisBuckets } from '../../edge/limits/redis-buckets.ts';
import type { Rest } from '../../edge/http/rest/rest.ts';
import type { Uploads } from '../../edge/http/uploads/uploads.ts';
import { addCounter, addCounters, addGauge, addLabelled } from '../../metrics.ts';
import type { Arrivals } from '../../fabric/routing/arrivals.ts';
import type { Router } from '../../fabric/routing/router.ts';
import type { ShardServer } from '../../fabric/shards/shard-server.ts';
import type { EffectsSender } from './effects.ts';
import { metricNames } from '../../../protocol/metric-names.ts';

export interface WorkerParts {
  readonly pool: BoundedPool;
  readonly host: ActorHost<ActorCommands>;
  readonly shards: ShardServer;
  readonly journal: JournalWriter;
  readonly bus: Bus;
  readonly router: Router;
  readonly following: Following;
  readonly gateway: Gateway;
  readonly greeting: Greeting;
  readonly admission: Admission;
  readonly effects: EffectsSender;
  readonly store: Pick<PostgresConversationStore, 'totals'>;
  readonly limiter: Limiter<LimitKind>;
  /** Null where limits hold for this worker alone. */
  readonly redis: RedisBuckets | null;
  readonly uploads: Uploads;
  readonly room: DiskRoom;
  readonly clock: ClusterClock;
  readonly rest: Rest;
  readonly arrivals: Arrivals;
  readonly ended: EndedSessions;
  readonly seats: Seats;
  readonly largeAnswers: LargeAnswers;
}

export function workerRegistry(parts: WorkerParts): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const { journal, bus, router, following, gateway, greeting, effects, limiter, redis } = parts;
  const gauges: Record<string, [help: string, read: () => number]> = {
    [metricNames.sockets]: ['Open client sockets', () => gateway.sockets],
    skein_activations: ['Actors in memory', () => parts.host.activations],
    [metricNames.ownedShards]: ['Shards this worker owns', () => parts.shards.ownedShards],
    skein_interested_actors: ['Actors whose events go to gateways', () => parts.shards.interestedActors],
    skein_topics: ['Actors followed by sockets of this gateway', () => following.topics.size],
    skein_router_waiting: ['Commands that wait for an answer', () => router.waiting],
    skein_limits_shared: [
      '1 while rate limits hold over all workers, 0 while for this one alone',
      () => (redis?.sharing ? 1 : 0),
    ],
    [metricNames.clockOffsetMs]: [
      'How far NATS is ahead of the clock of this host',
      () => parts.clock.offsetMs,
    ],
    skein_ended_sessions: ['Ended sign-ins whose tokens are refused', () => parts.ended.size],
    skein_ended_sessions_age_seconds: [
      'Since the ended sign-ins were read, -1 before the first time',
      () => (parts.ended.ageMs ?? -1_000) / 1000,
    ],
    skein_postgres_waiting: ['Queries that wait for a connection', () => parts.pool.waitingCount],
    [metricNames.backlogBytes]: ['Journaled bytes not in PostgreSQL yet', () => journal.backlogBytes],
    [metricNames.unprojectedBatches]: [
      'Journaled batches not in PostgreSQL yet',
      () => journal.lastBatch - journal.projectedBatch,
    ],
  };
  for (const [name, [help, read]] of Object.entries(gauges)) addGauge(registry, name, help, read);
  addCounters(registry, 'skein_gateway', 'Gateway', gateway.totals);
  addCounters(registry, 'skein_greeting', 'Greeting', greeting.totals);
  addCounters(registry, 'skein_sign_outs', 'Ended sign-ins', parts.ended.totals);
  addCounters(registry, 'skein_following', 'Following', following.totals);
  addCounters(registry, 'skein_router', 'Router', router.totals);
  addCounters(registry, 'skein_bus', 'Bus', bus.totals);
  addCounters(registry, 'skein_journal', 'Journal', journal.totals);
  addCounters(registry, 'skein_postgres', 'PostgreSQL', parts.pool.totals);
  addCounters(registry, 'skein_effects', 'Effects', effects.totals);
  addCounter(registry, 'skein_activation_crashes_total', 'Activations dropped after an error', () => {
    return parts.host.crashes;
  });
  addCounter(
    registry,
    'skein_shard_not_owner_total',
    'Commands for shards that are elsewhere, or unserved',
    () => {
      return parts.shards.totals.notOwner;
    },
  );
  addCounter(registry, metricNames.commands, 'Commands taken', () => parts.shards.totals.commands);
  addCounter(registry, metricNames.published, 'Events sent to gateways', () => parts.shards.totals.published);
  addCounters(registry, 'skein_limits', 'Rate limits', limiter.totals);
  if (redis) addCounters(registry, 'skein_limits_redis', 'Rate limits over Redis', redis.totals);
  addLabelled(registry, 'skein_limit_refusals_total', 'Refusals by rate limits', 'kind', () =>
    Object.entries(limiter.refusals),
  );
  addLabelled(registry, 'skein_arrivals_refused_total', 'Refused of what other workers sent', 'fault', () =>
    Object.entries({ ...parts.arrivals.refused, undecodable: bus.undecodable }),
  );
  registry.registerMetric(parts.shards.latency);
  addCloses(registry, gateway);
  addAdmission(registry, parts);
  addUploads(registry, parts.uploads);
  addStorage(registry, parts);
  for (const metric of parts.rest.metrics.all) registry.registerMetric(metric);
  return registry;
}

function addUploads(registry: Registry, { totals, gauges }: Uploads): void {
  for (const [name, { help, read }] of Object.entries(gauges)) addGauge(registry, name, help, read);
  for (const [prefix, { what, counts }] of Object.entries(totals))
    addCounters(registry, prefix, what, counts);
}

function addStorage(registry: Registry, { room, store }: WorkerParts): void {
  const gauges: Record<string, [help: string, read: () => number]> = {
    [metricNames.diskFreeBytes]: ['Free bytes of the disk that has least', () => room.freeBytes],
    [metricNames.diskLow]: ['1 while operators should make room', () => Number(room.isLow)],
    [metricNames.diskFull]: ['1 while nothing more is stored for want of room', () => Number(room.isFull)],
  };
  for (const [name, [help, read]] of Object.entries(gauges)) addGauge(registry, name, help, read);
  addCounter(
    registry,
    metricNames.historyDamaged,
    'Pages of history that PostgreSQL lost rows of',
    () => store.totals.damagedPages,
  );
}

function addAdmission(registry: Registry, parts: WorkerParts): void {
  const { admission, gateway, bus, seats, largeAnswers } = parts;
  addCounters(registry, 'skein_seats', 'Sockets of one person', seats.totals);
  addCounters(registry, 'skein_large_answers', 'Pages of history', largeAnswers.totals);
  const gauges: Record<string, [help: string, read: () => number]> = {
    skein_admission_state: ['0 calm, 1 busy, 2 overloaded', () => admission.rank],
    [metricNames.loopLateMs]: ['How late the event loop runs, standing', () => admission.lateMs],
    skein_admission_shedding: ['The part of the work that is refused, from 0 to 1', () => admission.shedding],
    skein_admission_pressure: ['From 0 to 1: how long those who are refused wait', () => admission.pressure],
    skein_greetings_under_way: ['Greetings under way', () => admission.greetings],
    skein_greetings_under_way_peak: ['The most there ever were at once', () => admission.greetingsPeak],
    skein_large_answers_under_way: ['Pages of history under way', () => largeAnswers.underWay],
    skein_requests_under_way: ['Requests under way, sockets and HTTP', () => admission.requests],
    [metricNames.draining]: ['1 while newcomers are refused', () => (gateway.draining ? 1 : 0)],
    skein_bus_bytes_unconfirmed: ['Bytes of links that NATS may not have yet', () => bus.bytesUnconfirmed],
  };
  for (const [name, [help, read]] of Object.entries(gauges)) addGauge(registry, name, help, read);
  addCounter(registry, 'skein_gateway_drained_total', 'Sockets that were sent elsewhere', () => {
    return gateway.drained;
  });
  addLabelled(registry, 'skein_admission_refusals_total', 'Refused by admission', 'reason', () =>
    Object.entries(admission.refusals),
  );
}

function addCloses(registry: Registry, gateway: Gateway): void {
  const read = () => gateway.closes.entries();
  addLabelled(registry, 'skein_socket_closes_total', 'Closed client sockets by close code', 'code', read);
}
