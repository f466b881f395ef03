// A worker's side towards clients: the gateway, and the port that it shares with health, sign-in and the web client.
import { App, us_listen_socket_close, type TemplatedApp, type us_listen_socket } from 'uWebSockets.js';
import type pg from 'pg';
import type { Clock, Log } from '../../../actors/runtime/ports.ts';
import { Attachments } from '../../../storage/blobs/attachments.ts';
import type { DiskRoom } from '../../../storage/disk/room.ts';
import { ConversationDetails } from '../../../storage/postgres/conversation-details.ts';
import { ConversationLister } from '../../../storage/postgres/conversation-list.ts';
import { Directory } from '../../../storage/postgres/directory.ts';
import { openPool } from '../../../storage/postgres/pool.ts';
import { Admission } from '../../edge/admission/admission.ts';
import { AdmittedRequests } from '../../edge/gateway/admitted-requests.ts';
import type { ClusterConfig } from '../../config.ts';
import { Authenticator, type AuthenticatorOptions } from '../../edge/gateway/authenticator.ts';
import { EndedSessions } from '../../edge/gateway/ended-sessions.ts';
import { Following } from '../../edge/gateway/following.ts';
import { Gateway } from '../../edge/gateway/gateway.ts';
import { Greeting } from '../../edge/gateway/greeting.ts';
import { LargeAnswers } from '../../edge/gateway/large-answers.ts';
import { Profiles } from '../../edge/gateway/profiles.ts';
import type { RequestDependencies } from '../../edge/gateway/requests/handler.ts';
import { Seats } from '../../edge/gateway/seats.ts';
import { SignOuts } from '../../edge/gateway/sign-outs.ts';
import { Watching } from '../../edge/gateway/watching.ts';
import { CrossOrigin } from '../../edge/http/api/cross-origin.ts';
import { attachHealth, type Readiness } from '../../edge/http/health.ts';
import { Rest } from '../../edge/http/rest/rest.ts';
import { attachReverseProxy } from '../../edge/http/reverse-proxy.ts';
import { strictApp } from '../../edge/http/strict-app.ts';
import { attachStaticFiles } from '../../edge/http/static-files.ts';
import { openUploads, type Uploads } from '../../edge/http/uploads/uploads.ts';
import { ClientAddresses } from '../../addresses.ts';
import { Limiter } from '../../edge/limits/limiter.ts';
import { ratesWith, type LimitKind } from '../../edge/limits/rates.ts';
import { RedisBuckets } from '../../edge/limits/redis-buckets.ts';
import type { ShardMapWatch } from '../../fabric/placement/shard-map-watch.ts';
import type { Router } from '../../fabric/routing/router.ts';
import { systemRandom as random, systemTimers as timers } from '../../system-ports.ts';

export interface ClientsOptions {
  /** Of this worker's connections to PostgreSQL. */
  readonly name: string;
  readonly pool: pg.Pool;
  readonly config: ClusterConfig;
  readonly limits: Limits;
  readonly router: Router;
  readonly watch: ShardMapWatch;
  readonly clock: Clock;
  readonly log: Log;
}

/** Rate limits of this worker, and what it shares with the others. */
export interface Limits {
  readonly limiter: Limiter<LimitKind>;
  readonly redis: RedisBuckets | null;
  stop(): void;
}

export interface Clients {
  readonly authenticator: Authenticator;
  readonly ended: EndedSessions;
  readonly seats: Seats;
  readonly largeAnswers: LargeAnswers;
  readonly admission: Admission;
  readonly requests: AdmittedRequests;
  readonly gateway: Gateway;
  readonly greeting: Greeting;
  readonly following: Following;
  readonly watching: Watching;
  readonly rest: Rest;
}

export function buildLimits(
  { redisUrl, redisCaFile: caFile, namespace, socketsPerUserMax }: ClusterConfig,
  name: string,
  clock: Clock,
  log: Log,
): Limits {
  const redis = redisUrl ? new RedisBuckets({ url: redisUrl, caFile, namespace, name, clock, log }) : null;
  const limiter = new Limiter({ rates: ratesWith(socketsPerUserMax), shared: redis, clock, timers });
  const stop = () => {
    limiter.stop();
    redis?.stop();
  };
  return { limiter, redis, stop };
}

export function buildGateway(options: ClientsOptions): Clients {
  const { name, pool, config, limits, router, watch, clock, log } = options;
  const { limiter } = limits;
  const following = new Following({ router, watch, clock, timers, log });
  const directory = new Directory(pool);
  const profiles = new Profiles(directory, clock);
  const watching = new Watching({ router, watch, directory, clock, timers, log });
  const ended = followEndedSessions(name, config, clock, log);
  const authenticator = new Authenticator({ ...issuersOf(config), ended });
  const admission = new Admission({ clock, timers, random });
  router.tellLoad(() => admission.askedOfOthers);
  const seats = new Seats(limiter, config.socketsPerUserMax);
  const greeting = new Greeting({ authenticator, profiles, limiter, seats, admission, clock, log });
  const largeAnswers = new LargeAnswers(clock, timers);
  const dependencies: RequestDependencies = {
    router,
    following,
    watching,
    profiles,
    directory,
    lister: new ConversationLister(pool),
    details: new ConversationDetails(pool),
    attachments: new Attachments(pool),
    signOuts: new SignOuts(pool, ended),
    largeAnswers,
    limiter,
    clock,
    timers,
    random,
  };
  const requests = new AdmittedRequests(dependencies, admission);
  const { socketsMax } = config;
  const addresses = new ClientAddresses(config);
  const gateway = new Gateway({
    greeting,
    requests,
    following,
    watching,
    limiter,
    admission,
    addresses,
    socketsMax,
    clock,
    timers,
    log,
  });
  ended.onMore = () => gateway.closeSignedOut();
  const signInUrl = config.identityPort > 0 ? config.publicUrl : null;
  const rest = new Rest({
    authenticator,
    requests,
    profiles,
    limiter,
    addresses,
    clock,
    log,
    crossOrigin: new CrossOrigin(config.corsOrigins),
    signInUrl,
  });
  const parts = { authenticator, ended, seats, largeAnswers, admission };
  return { ...parts, requests, gateway, greeting, following, watching, rest };
}

/** Over a connection of its own: a sign-out waits behind nobody's pages of history. */
function followEndedSessions(name: string, { databaseUrl }: ClusterConfig, clock: Clock, log: Log) {
  const pool = openPool({ databaseUrl, name: `${name} sign-outs`, connectionsMax: 1, log });
  return new EndedSessions({ pool, clock, timers, log });
}

export function buildUploads(
  {
    pool,
    config,
    limits,
    router,
    room,
    clock,
    log,
  }: Omit<ClientsOptions, 'watch' | 'name'> & { room: DiskRoom },
  { authenticator }: Clients,
): Promise<Uploads> {
  const { blobDir, uploadExpiresAfterMs: expiresAfterMs } = config;
  const { limiter } = limits;
  const checkMember = (by: string, id: string, messageSeq: number | null) =>
    router.ask({ kind: 'conversation', id }, { type: 'check_member', by, messageSeq });
  const ports = { clock, timers, random, log };
  const crossOrigin = new CrossOrigin(config.corsOrigins);
  const own = { blobDir, expiresAfterMs, room, crossOrigin, checkMember };
  return openUploads({ pool, authenticator, limiter, ...own, ...ports });
}

/** The port for clients. Other workers of the host may share it, and get whoever connects while this one pauses. */
export interface Listening {
  /** Listens no more; open connections live on. */
  pause(): void;
  /** Listens again; rejects when the port cannot be had. */
  resume(): Promise<void>;
  /** For good. */
  close(): void;
}

export async function serveClients(
  { gateway, uploads, rest }: { gateway: Gateway; uploads: Uploads; rest: Rest },
  config: ClusterConfig,
  readiness: Readiness,
  log: Log,
): Promise<Listening> {
  const app = strictApp(App(), timers);
  gateway.attach(app);
  uploads.attach(app);
  rest.attach(app);
  attachHealth(app, readiness);
  if (config.identityPort > 0)
    attachReverseProxy(app, '/oauth', {
      target: `http://127.0.0.1:${config.identityPort}`,
      addresses: new ClientAddresses(config),
      secret: config.proxySecret,
      log,
    });
  attachStaticFiles(app, config.webDir, config.publicUrl);
  let socket: us_listen_socket | null = listen(app, config);
  let closed = false;
  const pause = () => {
    if (socket) us_listen_socket_close(socket);
    socket = null;
  };
  return {
    pause,
    async resume() {
      if (!closed) socket ??= listen(app, config);
    },
    close() {
      closed = true;
      pause();
    },
  };
}

/** Throws when the port cannot be had. */
function listen(app: TemplatedApp, { listenHost, listenPort }: ClusterConfig): us_listen_socket {
  let socket = false as us_listen_socket | false;
  // Called before `listen` returns.
  app.listen(listenHost, listenPort, (listening) => void (socket = listening));
  if (socket !== false) return socket;
  throw new Error(`${listenHost}:${listenPort} cannot be listened on; is another program using it?`);
}

function issuersOf({
  identityPort,
  publicUrl,
  issuers,
  proxySecret,
}: ClusterConfig): Omit<AuthenticatorOptions, 'ended'> {
  const jwksUrl = `http://127.0.0.1:${identityPort}/oauth/jwks`;
  return {
    builtIn: identityPort > 0 ? { issuer: `${publicUrl}/oauth`, jwksUrl, proxySecret } : null,
    externalIssuers: issuers,
  };
}
