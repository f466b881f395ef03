// A whole Skein on real services for a test: supervisor, workers and projector as processes of their own, an issuer
// that vouches for anyone, and the handles to break things.
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { ClusterKv, type Versioned } from '../../cluster/membership/cluster-kv.ts';
import type { MemberRecord } from '../../cluster/membership/member.ts';
import { connectNats } from '../../cluster/nats.ts';
import { shardMapKey, type ShardMap } from '../../cluster/placement/shard-map.ts';
import { SkeinClient, type ClientOptions } from '../../protocol/client/index.ts';
import { migrate } from '../../storage/postgres/migrate.ts';
import { freePort } from '../embedded/ports.ts';
import { childrenOf, commandLineOf } from '../embedded/process-tree.ts';
import { eventually } from '../embedded/waiting.ts';
import type { TestServices } from './services.ts';
import { startTokenIssuer, type TokenIssuer } from './token-issuer.ts';

const supervisorMain = path.join(import.meta.dirname, '../../cluster/supervisor/main.ts');

export interface TestClusterOptions {
  readonly services: TestServices;
  readonly workers?: number;
  /** More settings for the processes. */
  readonly env?: Readonly<Record<string, string>>;
}

export class TestCluster {
  readonly url: string;
  readonly issuer: TokenIssuer;
  readonly database: pg.Pool;
  readonly #supervisor: ChildProcess;
  readonly #folder: string;
  readonly #kv: ClusterKv;
  readonly #close: () => Promise<void>;

  private constructor(parts: {
    url: string;
    issuer: TokenIssuer;
    database: pg.Pool;
    supervisor: ChildProcess;
    folder: string;
    kv: ClusterKv;
    close: () => Promise<void>;
  }) {
    this.url = parts.url;
    this.issuer = parts.issuer;
    this.database = parts.database;
    this.#supervisor = parts.supervisor;
    this.#folder = parts.folder;
    this.#kv = parts.kv;
    this.#close = parts.close;
  }

  static async start({ services, workers = 2, env = {} }: TestClusterOptions): Promise<TestCluster> {
    await migrate(services.databaseUrl);
    const issuer = await startTokenIssuer();
    const folder = mkdtempSync(path.join(os.tmpdir(), 'skein-cluster-'));
    const listen = `127.0.0.1:${await freePort()}`;
    const log = openSync(path.join(folder, 'cluster.log'), 'a');
    const supervisor = fork(supervisorMain, {
      stdio: ['ignore', log, log, 'ipc'],
      env: {
        ...process.env,
        DATABASE_URL: services.databaseUrl,
        NATS_URL: services.natsUrl,
        SKEIN_NAMESPACE: services.namespace,
        SKEIN_LISTEN: listen,
        SKEIN_PUBLIC_URL: `http://${listen}`,
        SKEIN_WORKERS: String(workers),
        SKEIN_OIDC_ISSUERS: issuer.issuer,
        SKEIN_WEB_DIR: '',
        SKEIN_BLOB_DIR: path.join(folder, 'blobs'),
        ...env,
      },
    });
    await ready(supervisor, folder);
    const connection = await connectNats(services.natsUrl, 'test');
    const kv = await ClusterKv.open(connection, services.namespace);
    const database = new pg.Pool({ connectionString: services.databaseUrl, max: 2 });
    database.on('error', () => undefined);
    const close = async () => {
      await connection.close();
      await database.end();
    };
    return new TestCluster({ url: `http://${listen}`, issuer, database, supervisor, folder, kv, close });
  }

  /** The folder of uploaded files. */
  get blobDir(): string {
    return path.join(this.#folder, 'blobs');
  }

  get log(): string {
    return readFileSync(path.join(this.#folder, 'cluster.log'), 'utf8');
  }

  /** Worker processes that are members now. */
  async workers(): Promise<MemberRecord[]> {
    const members = await this.#kv.list<MemberRecord>('member');
    return [...members.values()].map(({ value }) => value);
  }

  async shardMap(): Promise<ShardMap | undefined> {
    const entry: Versioned<ShardMap> | null = await this.#kv.get<ShardMap>(shardMapKey);
    return entry?.value;
  }

  /** Pids of the supervisor's children whose command line names the module, such as `projector/main.ts`. */
  pidsOf(module: string): number[] {
    return childrenOf(this.#supervisor.pid!).filter((pid) => commandLineOf(pid).includes(module));
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
    await eventually(() => client.state.name === 'online', { timeoutMs: 15_000 });
    return client;
  }

  async stop(): Promise<void> {
    this.issuer.close();
    await this.#close();
    if (this.#supervisor.exitCode === null) {
      const exited = new Promise((resolve) => this.#supervisor.once('exit', resolve));
      this.#supervisor.kill('SIGTERM');
      await exited;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export function userIdOf(client: SkeinClient): string {
  if (client.state.name !== 'online') throw new Error('the client is not online');
  return client.state.userId;
}

function ready(supervisor: ChildProcess, folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (reason: string) => {
      const log = readFileSync(path.join(folder, 'cluster.log'), 'utf8').slice(-4_000);
      reject(new Error(`the cluster did not start: ${reason}\n${log}`));
    };
    supervisor.once('exit', (code) => failed(`exit code ${code}`));
    supervisor.on('message', (message: { type: string; sentence?: string }) => {
      if (message.type === 'ready') resolve();
      if (message.type === 'failed') failed(message.sentence ?? '');
    });
  });
}
