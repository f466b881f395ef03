// Puts the identity provider together and takes it apart again. It listens even while PostgreSQL is away: then it
// answers 503, and serves as soon as its keys can be read.
import type pg from 'pg';
import type { Clock, Log, Random, Timers } from '../../actors/runtime/ports.ts';
import { openPool } from '../../storage/postgres/pool.ts';
import { Limiter } from '../edge/limits/limiter.ts';
import { RedisBuckets } from '../edge/limits/redis-buckets.ts';
import { systemClock, systemRandom, systemTimers } from '../system-ports.ts';
import { AttemptLimit, ratePerMinute, type AttemptKind } from './attempt-limits.ts';
import type { IdentityConfig } from './config.ts';
import { isDatabaseAway } from '../../storage/postgres/database-away.ts';
import { Interactions } from './interactions.ts';
import { KeySealer } from './key-sealer.ts';
import { loadKeys } from './keys.ts';
import { KnownDevices } from './known-device.ts';
import { reservedHandles } from './reserved-handles.ts';
import { createLog } from './log.ts';
import { Passwords } from './passwords.ts';
import { purgeExpired } from './pg-adapter.ts';
import { createProvider } from './provider.ts';
import { IdentityServer } from './server.ts';
import type { Services } from './server.ts';
import { Users } from './users.ts';

const connectionsMax = 8;
const purgeEveryMs = 5 * 60_000;
const keysRetryMs = 500;
const drainMs = 3_000;

export interface IdentityPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
}

export interface Identity {
  readonly port: number;
  close(): Promise<void>;
}

/** The schema must be there (`migrate`); anything but an absent database at this point is an error. */
export async function startIdentity(
  config: IdentityConfig,
  ports: Partial<IdentityPorts> = {},
): Promise<Identity> {
  const context = { ...systemPorts(config), ...ports };
  const { timers, log } = context;
  const { databaseUrl } = config;
  const database = openPool({ databaseUrl, name: 'skein-identity', connectionsMax, log });
  const server = new IdentityServer(config.publicUrl, config.proxySecret, log);
  const attempts = openAttempts(config, context);
  const services = createServices(config, context, database, attempts.limiter);
  let cancelRetry = () => {};
  const serveWhenReady = async (first: boolean): Promise<void> => {
    try {
      server.serve(await services());
    } catch (error) {
      if (first && !isDatabaseAway(error)) throw error;
      log.warn({ error }, 'the keys cannot be read yet');
      cancelRetry = timers.setTimeout(() => void serveWhenReady(false), keysRetryMs);
    }
  };
  const cancelPurge = timers.setInterval(() => void purge(database, log), purgeEveryMs);
  const close = async () => {
    cancelRetry();
    cancelPurge();
    const force = new AbortController();
    const cancelForce = timers.setTimeout(() => force.abort(), drainMs);
    await server.close(force.signal);
    cancelForce();
    attempts.stop();
    await database.end();
  };
  try {
    await serveWhenReady(true);
    return { port: await server.listen(config.port), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function systemPorts(config: IdentityConfig): IdentityPorts {
  return { clock: systemClock, timers: systemTimers, random: systemRandom, log: createLog(config.logLevel) };
}

function openAttempts(config: IdentityConfig, { clock, timers, log }: IdentityPorts) {
  const { redisUrl: url, redisCaFile: caFile, namespace } = config;
  const shared = url
    ? new RedisBuckets({ url, caFile, namespace, name: 'skein identity', clock, log })
    : null;
  const rates = {
    signInsByDevice: ratePerMinute(config.signInsPerHandlePerMinute),
    signInsByHandle: ratePerMinute(config.strangersPerHandlePerMinute),
    signInsByAddress: ratePerMinute(config.signInsPerAddressPerMinute),
    signUpsByAddress: ratePerMinute(config.signUpsPerAddressPerMinute),
  };
  const limiter = new Limiter({ rates, shared, clock, timers });
  const stop = () => {
    limiter.stop();
    shared?.stop();
  };
  return { limiter, stop };
}

function createServices(
  config: IdentityConfig,
  ports: IdentityPorts,
  database: pg.Pool,
  limiter: Limiter<AttemptKind>,
): () => Promise<Services> {
  const { publicUrl } = config;
  const { clock, random, log } = ports;
  const sealer = new KeySealer(config.keysSecret);
  const users = new Users(database);
  const limits = {
    signInsByDevice: new AttemptLimit(limiter, 'signInsByDevice'),
    signInsByHandle: new AttemptLimit(limiter, 'signInsByHandle'),
    signInsByAddress: new AttemptLimit(limiter, 'signInsByAddress'),
    signUpsByAddress: new AttemptLimit(limiter, 'signUpsByAddress'),
  };
  return async () => {
    const keys = await loadKeys(database, sealer);
    const passwords = await Passwords.create();
    const provider = createProvider({ publicUrl, database, keys, users, clock, log });
    const knownDevices = new KnownDevices(keys.cookieSecrets[0]!, publicUrl);
    const reserved = reservedHandles(config.reservedHandles);
    const people = { users, passwords, knownDevices, reserved };
    const interactions = new Interactions(provider, { publicUrl, ...people, ...limits, random, log });
    return { provider, interactions };
  };
}

async function purge(database: pg.Pool, log: Log): Promise<void> {
  try {
    const rows = await purgeExpired(database);
    if (rows > 0) log.debug({ rows }, 'expired documents deleted');
  } catch (error) {
    if (!isDatabaseAway(error)) log.error({ error }, 'expired documents could not be deleted');
  }
}
