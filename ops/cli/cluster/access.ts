// The CLI's way to a cluster: NATS, its shared values, its journals, and PostgreSQL when something asks for it.
// Whatever does not answer ends the command with a sentence that says what to look at.
import { jetstream, JetStreamApiError, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { Kvm, type KV } from '@nats-io/kv';
import { AuthorizationError, connect, type NatsConnection } from '@nats-io/transport-node';
import pg from 'pg';
import { askControl, type ControlAnswer, type ControlType } from '../../../cluster/fabric/control/control.ts';
import { ClusterKv } from '../../../cluster/fabric/membership/cluster-kv.ts';
import { natsOptions } from '../../../cluster/fabric/nats.ts';
import { changeIntent } from '../../../cluster/fabric/operations/intent-store.ts';
import type { Intent } from '../../../cluster/fabric/operations/intent.ts';
import { JournalStreams } from '../../../storage/journal/streams.ts';
import { reasonOf, unreachable } from '../errors.ts';
import { findTarget, type Target } from '../target.ts';

const natsTimeoutMs = 3_000;
const databaseTimeoutMs = 3_000;
const queryTimeoutMs = 10_000;
/** Long enough for a busy worker, short enough to see that one is gone. */
export const askWithinMs = 2_000;

export class ClusterAccess {
  readonly target: Target;
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
  readonly bucket: KV;
  readonly kv: ClusterKv;
  readonly streams: JournalStreams;
  #database: Promise<pg.Client> | null = null;

  private constructor(
    target: Target,
    connection: NatsConnection,
    parts: { manager: JetStreamManager; bucket: KV; kv: ClusterKv },
  ) {
    this.target = target;
    this.connection = connection;
    this.manager = parts.manager;
    this.bucket = parts.bucket;
    this.kv = parts.kv;
    this.streams = new JournalStreams(connection, target.namespace);
  }

  get namespace(): string {
    return this.target.namespace;
  }

  /** Throws CliError when NATS does not answer, or when there is no such cluster. */
  static async open(target: Target): Promise<ClusterAccess> {
    const connection = await reach(target);
    try {
      const manager = await jetstreamManager(connection, { checkAPI: false, timeout: natsTimeoutMs });
      await checkCluster(manager, target);
      const client = jetstream(connection, { timeout: natsTimeoutMs });
      const bucket = await new Kvm(client).open(bucketOf(target.namespace));
      // Only now: it would make the bucket if it were missing.
      const kv = await ClusterKv.open(connection, target.namespace);
      return new ClusterAccess(target, connection, { manager, bucket, kv });
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  ask<Type extends ControlType>(
    to: string,
    type: Type,
    request: Parameters<typeof askControl<Type>>[2],
    timeoutMs: number = askWithinMs,
  ): Promise<ControlAnswer<Type>> {
    const { connection, namespace } = this;
    return askControl({ connection, namespace, to }, type, request, timeoutMs);
  }

  changeIntent(change: (intent: Intent) => Intent): Promise<Intent> {
    return changeIntent(this.kv, change);
  }

  /** Rows of one query; rejects as pg does, within bounds. */
  async query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    this.#database ??= openDatabase(this.target.databaseUrl);
    try {
      const client = await this.#database;
      return (await client.query<Row>(text, [...values])).rows;
    } catch (error) {
      await this.#closeDatabase();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#closeDatabase();
    await this.connection.close();
  }

  async #closeDatabase(): Promise<void> {
    const database = this.#database;
    this.#database = null;
    await database?.then((client) => client.end()).catch(() => undefined);
  }
}

/** Opens the cluster that the environment names for the time of the work. */
export async function withCluster<Result>(work: (access: ClusterAccess) => Promise<Result>): Promise<Result> {
  const access = await ClusterAccess.open(findTarget(process.env));
  try {
    return await work(access);
  } finally {
    await access.close();
  }
}

export const bucketOf = (namespace: string): string => `${namespace}_cluster`;

/** Fails at once when nobody is there; once connected, it comes back as often as the server does. */
export async function reach({ nats, source }: Target): Promise<NatsConnection> {
  try {
    return await connect({
      ...natsOptions(nats),
      name: 'skein cli',
      timeout: natsTimeoutMs,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
    });
  } catch (error) {
    if (error instanceof AuthorizationError) {
      throw unreachable(
        `NATS at ${nats.url} refuses this tool. Name the file of the cluster’s secret in SKEIN_CLUSTER_SECRET_FILE, or run this as the user that Skein runs as.`,
      );
    }
    throw unreachable(
      `NATS at ${nats.url} does not answer (${reasonOf(error)}). Its address is from: ${source}. Is it running?`,
    );
  }
}

/** @param queryWithinMs 0: as long as it takes */
export async function openDatabase(
  connectionString: string,
  { queryWithinMs = queryTimeoutMs }: { readonly queryWithinMs?: number } = {},
): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    application_name: 'skein cli',
    connectionTimeoutMillis: databaseTimeoutMs,
    query_timeout: queryWithinMs,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function checkCluster(manager: JetStreamManager, { namespace, nats }: Target): Promise<void> {
  try {
    await manager.streams.info(`KV_${bucketOf(namespace)}`);
  } catch (error) {
    const isMissing = error instanceof JetStreamApiError && error.status === 404;
    if (!isMissing) {
      throw unreachable(
        `JetStream at ${nats.url} does not answer (${reasonOf(error)}). Is it switched on there? skein doctor looks closer.`,
      );
    }
    const present = await namespacesOf(manager);
    throw unreachable(
      `There is no cluster called ${namespace} at ${nats.url}. ${
        present.length > 0
          ? `Its clusters are: ${present.join(', ')}. Set SKEIN_NAMESPACE to one of them.`
          : 'No cluster has ever run there.'
      }`,
    );
  }
}

async function namespacesOf(manager: JetStreamManager): Promise<string[]> {
  const names: string[] = [];
  for await (const name of manager.streams.names()) {
    const found = /^KV_(.+)_cluster$/.exec(name);
    if (found) names.push(found[1]!);
  }
  return names.sort();
}
