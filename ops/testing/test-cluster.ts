// A whole Skein on real services for a test: supervisor, workers and projector as processes of their own, an issuer
// that vouches for anyone, and the handles to break things.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import pg from 'pg';
import { askControl, supervisorOf } from '../../cluster/fabric/control/control.ts';
import { ClusterKv, type Versioned } from '../../cluster/fabric/membership/cluster-kv.ts';
import type { MemberRecord } from '../../cluster/fabric/membership/member.ts';
import { connectNats } from '../../cluster/fabric/nats.ts';
import { shardMapKey, type ShardMap } from '../../cluster/fabric/placement/shard-map.ts';
import { SkeinClient, type ClientOptions } from '../../protocol/client/index.ts';
import { migrate } from '../../storage/postgres/migrate.ts';
import { freePort } from '../embedded/ports.ts';
import { eventually } from '../../protocol/waiting.ts';
import { settingsOf, type TestServices } from './services.ts';
import { TestHost } from './test-host.ts';
import { startTokenIssuer, type TokenIssuer } from './token-issuer.ts';

export interface TestHostOptions {
  readonly workers?: number;
  /** Which parts run there; all of them unless said otherwise. */
  readonly roles?: readonly string[];
  /** Where it reaches the services, when not directly. */
  readonly natsUrl?: string;
  readonly databaseUrl?: string;
  /** Where it listens; an IPv6 address in brackets. */
  readonly address?: string;
  /** More settings for the processes. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface TestClusterOptions extends TestHostOptions {
  readonly services: TestServices;
}

/** A line of pino's. */
export interface LoggedError {
  readonly level: number;
  readonly msg: string;
  readonly err?: { readonly type: string; readonly message: string };
}

const errorLevel = 50;
const firstHost = 'one';
const askWithinMs = 15_000;

export class TestCluster {
  readonly issuer: TokenIssuer;
  readonly database: pg.Pool;
  /** Every host there was, in order of start. */
  readonly hosts: TestHost[] = [];
  readonly #services: TestServices;
  readonly #folder: string;
  readonly #connection: NatsConnection;
  readonly #kv: ClusterKv;
  readonly #close: () => Promise<void>;

  private constructor(parts: {
    issuer: TokenIssuer;
    database: pg.Pool;
    services: TestServices;
    folder: string;
    connection: NatsConnection;
    kv: ClusterKv;
    close: () => Promise<void>;
  }) {
    this.issuer = parts.issuer;
    this.database = parts.database;
    this.#services = parts.services;
    this.#folder = parts.folder;
    this.#connection = parts.connection;
    this.#kv = parts.kv;
    this.#close = parts.close;
  }

  /** A cluster of one host; `addHost` makes more. */
  static async start({ services, ...host }: TestClusterOptions): Promise<TestCluster> {
    await migrate(services.databaseUrl);
    const issuer = await startTokenIssuer();
    const folder = mkdtempSync(path.join(os.tmpdir(), 'skein-cluster-'));
    const connection = await connectNats(services.natsAccess, 'test');
    const kv = await ClusterKv.open(connection, services.namespace);
    const database = new pg.Pool({ connectionString: services.databaseUrl, max: 2 });
    database.on('error', () => undefined);
    const close = async () => {
      await connection.close();
      await database.end();
    };
    const cluster = new TestCluster({ issuer, database, services, folder, connection, kv, close });
    try {
      await cluster.addHost(firstHost, host);
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** One more machine of this cluster, with an address of its own. Resolves when it serves. */
  async addHost(name: string, options: TestHostOptions = {}): Promise<TestHost> {
    const { workers = 2, roles, natsUrl, databaseUrl, address = '127.0.0.1', env = {} } = options;
    const listen = `${address}:${await freePort()}`;
    const host = await TestHost.start(name, listen, this.#folder, {
      ...settingsOf(this.#services),
      ...(databaseUrl && { DATABASE_URL: databaseUrl }),
      ...(natsUrl && { NATS_URL: natsUrl }),
      SKEIN_PUBLIC_URL: this.hosts[0]?.url ?? `http://${listen}`,
      SKEIN_WORKERS: String(workers),
      SKEIN_OIDC_ISSUERS: this.issuer.issuer,
      SKEIN_WEB_DIR: '',
      SKEIN_BLOB_DIR: this.blobDir,
      ...(roles && { SKEIN_ROLES: roles.join(',') }),
      ...env,
    });
    this.hosts.push(host);
    return host;
  }

  /** The first host's. */
  get url(): string {
    return this.hosts[0]!.url;
  }

  /** The folder of uploaded files. */
  get blobDir(): string {
    return path.join(this.#folder, 'blobs');
  }

  /** Logs of all hosts' processes. */
  get log(): string {
    return this.hosts.map(({ log }) => log).join('');
  }

  /** Errors in their logs. */
  get errors(): LoggedError[] {
    const lines = this.log.split('\n').filter((line) => line.startsWith('{'));
    return lines.map((line) => JSON.parse(line) as LoggedError).filter(({ level }) => level >= errorLevel);
  }

  /** A metric of the supervisors, added up over all labels and all running hosts. */
  async supervisorMetric(name: string): Promise<number> {
    const { namespace } = this.#services;
    const running = this.hosts.filter(({ runs }) => runs);
    const answers = running.map((host) => {
      const to = supervisorOf(host.name);
      return insist(() =>
        askControl({ connection: this.#connection, namespace, to }, 'metrics', {}, askWithinMs),
      );
    });
    const metrics = (await Promise.all(answers)).flat().filter((metric) => metric.name === name);
    return metrics.flatMap(({ values }) => values).reduce((sum, { value }) => sum + value, 0);
  }

  /** Worker processes that are members now. */
  async workers(): Promise<MemberRecord[]> {
    const members = await insist(() => this.#kv.list<MemberRecord>('member'));
    return [...members.values()].map(({ value }) => value);
  }

  async shardMap(): Promise<ShardMap | undefined> {
    const entry: Versioned<ShardMap> | null = await insist(() => this.#kv.get<ShardMap>(shardMapKey));
    return entry?.value;
  }

  /** The host whose supervisor leads now. */
  async leader(): Promise<TestHost | undefined> {
    const lease = await insist(() => this.#kv.get<{ holder: string }>('leader'));
    return this.hosts.findLast(({ name }) => name === lease?.value.holder);
  }

  /** Pids of the supervisors' children whose command line names the module, such as `projector/main.ts`. */
  pidsOf(module: string): number[] {
    return this.hosts.filter(({ runs }) => runs).flatMap((host) => host.pidsOf(module));
  }

  /** A client of a person of the test issuer, not connected yet. */
  client(subject: string, options: Partial<ClientOptions> = {}): SkeinClient {
    return new SkeinClient({
      url: `${this.url.replace('http', 'ws')}/ws`,
      deviceId: crypto.randomUUID(),
      clientName: 'test',
      token: () => this.issuer.token(subject),
      ...options,
    });
  }

  async connect(subject: string, options: Partial<ClientOptions> = {}): Promise<SkeinClient> {
    const client = this.client(subject, options);
    client.connect();
    await eventually(() => {
      const { state } = client;
      if (state.name === 'stopped' || state.name === 'signed_out')
        throw new Error(`${subject} is ${state.name}: ${state.reason}`);
      return state.name === 'online';
    });
    return client;
  }

  async stop(): Promise<void> {
    this.issuer.close();
    await this.#close();
    await Promise.all(this.hosts.map((host) => host.stop()));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** NATS may be away or slow at the moment, which is none of the asking test's concern. */
async function insist<Value>(ask: () => Promise<Value>): Promise<Value> {
  const untilMs = performance.now() + askWithinMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() > untilMs) throw error;
    }
  }
}

export { userIdOf } from '../../protocol/testing/user-id-of.ts';
