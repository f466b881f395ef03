// The real PostgreSQL and NATS for tests: shared by the whole run and told apart by database and namespace, or private
// to one test that means to break them.
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Client } from 'pg';
import { removeStateFolder } from '../embedded/outside-data.ts';
import { openClusterSecret } from '../../cluster/cluster-secret.ts';
import { natsOptions as optionsOf } from '../../cluster/fabric/nats.ts';
import { natsSeedOf } from '../../cluster/fabric/trust/nats-users.ts';
import type { NatsAccess } from '../../cluster/nats-access.ts';
import { startNats } from '../embedded/nats.ts';
import { freePort } from '../embedded/ports.ts';
import { startPostgres } from '../embedded/postgres.ts';
import type { RunningService } from '../embedded/service.ts';
import { askDesk } from './service-desk.ts';

/** Addresses, and the file of the secret that lets one in. */
export interface SharedAddresses {
  readonly databaseUrl: string;
  readonly natsUrl: string;
  readonly clusterSecretFile: string;
}

export interface TestServices extends SharedAddresses {
  /** Begins every subject, stream and bucket of the code under test, so that tests can share a NATS. */
  readonly namespace: string;
  /** NATS with every right, for tests that play all of its users. */
  readonly natsAccess: NatsAccess;
  stop(): Promise<void>;
}

/** A server that a test may break and mend; it keeps its port and its data over `restart`. */
export interface BreakableService {
  readonly url: string;
  pid(): number;
  /** As a crash would end it; `restart` brings it back. */
  kill(): Promise<void>;
  stop(): Promise<void>;
  restart(): Promise<void>;
  /** Freezes it as a stalled disk or a paused virtual machine would. */
  pause(): void;
  resume(): void;
}

export interface PrivateServices extends TestServices {
  readonly postgres: BreakableService;
  readonly nats: BreakableService;
  /** The folder in which NATS keeps JetStream's files. */
  readonly natsStore: string;
}

/** A fresh database and namespace on the services of the test run, or on some started for this call. */
export async function acquireServices(): Promise<TestServices> {
  const shared = await askDesk();
  if (shared) return carve(shared);
  const own = await startSharedServices();
  const carved = await carve(own);
  return {
    ...carved,
    async stop() {
      await carved.stop();
      await own.stop();
    },
  };
}

/** PostgreSQL and NATS in processes of their own, for tests that kill or freeze them. */
export function startPrivateServices(): Promise<PrivateServices> {
  const namespace = randomName('t');
  return startServices(namespace, namespace);
}

/** For many namespaces: NATS tells the roles apart, and not whose cluster it is. */
export function startSharedServices(): Promise<PrivateServices> {
  return startServices(randomName('t'), '*');
}

async function startServices(namespace: string, allowedNamespace: string): Promise<PrivateServices> {
  const stateDir = mkdtempSync(path.join(os.tmpdir(), 'skein-test-'));
  const natsOptions = opensToTests(stateDir, allowedNamespace);
  const { clusterSecretFile } = natsOptions;
  const ports = { postgres: await freePort(), nats: await freePort() };
  const [postgres, nats] = await Promise.all([
    breakable(() => startPostgres({ stateDir, port: ports.postgres })),
    breakable(() =>
      startNats({
        stateDir,
        port: ports.nats,
        explicitBinary: process.env['SKEIN_NATS_SERVER'],
        ...natsOptions,
      }),
    ),
  ]);
  return {
    postgres,
    nats,
    natsStore: path.join(stateDir, 'nats', 'jetstream'),
    databaseUrl: postgres.url,
    natsUrl: nats.url,
    clusterSecretFile,
    natsAccess: unlimitedAccess(nats.url, clusterSecretFile),
    namespace,
    async stop() {
      await Promise.all([postgres.stop(), nats.stop()]);
      removeStateFolder(stateDir);
    },
  };
}

export async function breakable(start: () => Promise<RunningService>): Promise<BreakableService> {
  let running = await start();
  return {
    url: running.url,
    pid: () => running.pid,
    kill: () => running.kill(),
    stop: () => running.stop(),
    pause: () => running.pause(),
    resume: () => running.resume(),
    async restart() {
      await running.stop();
      running = await start();
    },
  };
}

const unlimitedUser = 'test';

/** Options for `startNats`, to whose server `unlimitedAccess` then leads. */
export function opensToTests(stateDir: string, namespace = '*') {
  const clusterSecretFile = path.join(stateDir, 'secrets', 'cluster');
  return { clusterSecretFile, namespace, unlimitedUsers: [unlimitedUser] };
}

export function unlimitedAccess(url: string, clusterSecretFile: string): NatsAccess {
  const seed = natsSeedOf(openClusterSecret(clusterSecretFile), unlimitedUser);
  return { url, caFile: '', credentials: { kind: 'nkey', seed }, inboxPrefix: `_INBOX.${unlimitedUser}` };
}

/** The settings by which a process of the cluster, or the CLI, finds these services. */
export function settingsOf({
  databaseUrl,
  natsUrl,
  namespace,
  clusterSecretFile,
}: Omit<TestServices, 'natsAccess' | 'stop'>) {
  return {
    DATABASE_URL: databaseUrl,
    NATS_URL: natsUrl,
    SKEIN_NAMESPACE: namespace,
    SKEIN_CLUSTER_SECRET_FILE: clusterSecretFile,
  };
}

async function carve(shared: SharedAddresses): Promise<TestServices> {
  const { databaseUrl: adminUrl, natsUrl, clusterSecretFile } = shared;
  const natsAccess = unlimitedAccess(natsUrl, clusterSecretFile);
  const name = randomName('skein_test_');
  await administer(adminUrl, `CREATE DATABASE ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const namespace = randomName('t');
  return {
    databaseUrl: url.href,
    natsUrl,
    clusterSecretFile,
    natsAccess,
    namespace,
    async stop() {
      await Promise.all([
        administer(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
        deleteStreams(natsAccess, namespace),
      ]);
    },
  };
}

async function administer(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Streams of the namespace, and its buckets, which are streams called `KV_…`. */
async function deleteStreams(access: NatsAccess, namespace: string): Promise<void> {
  const connection = await connect({ ...optionsOf(access), timeout: 5_000 });
  try {
    const manager = await jetstreamManager(connection);
    for await (const name of manager.streams.names()) {
      if (name.replace(/^(KV|OBJ)_/, '').startsWith(namespace)) await manager.streams.delete(name);
    }
  } finally {
    await connection.close();
  }
}

function randomName(prefix: string): string {
  return prefix + randomBytes(4).toString('hex');
}
