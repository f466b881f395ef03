// Connections to PostgreSQL. A lost one is never fatal: the query that needed it fails and its caller decides.
import pg from 'pg';
import { StoreBusy } from '../../actors/runtime/reply.ts';
import type { Log } from '../../actors/runtime/ports.ts';

// Sequence numbers and counts are below 2^53: numbers, not strings.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export interface PoolOptions {
  readonly databaseUrl: string;
  readonly name: string;
  readonly connectionsMax: number;
  /** Queries that may wait for a connection; one more throws StoreBusy. Undefined: any number. */
  readonly waitingMax?: number;
  readonly log: Log;
}

export const queryTimeoutMs = 10_000;

/**
 * Everything here is asked by key, and statements are prepared once for the life of a connection. Without this, one that
 * was planned while a table was small or unknown to the planner goes on reading all of it, however large it grows: with
 * 15,000 conversations that took most of the machine.
 */
const plansByKey = ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'jit'];

type Connected = Parameters<pg.Pool['connect']>[0];

/** Refuses at once what would wait for too long: late answers help nobody, and the queue would only grow. */
export class BoundedPool extends pg.Pool {
  readonly #waitingMax: number;
  readonly totals = { refused: 0 };

  constructor(config: pg.PoolConfig, waitingMax: number) {
    super(config);
    this.#waitingMax = waitingMax;
  }

  /** `query` comes through here as well. */
  override connect(): Promise<pg.PoolClient>;
  override connect(connected: Connected): void;
  override connect(connected?: Connected): Promise<pg.PoolClient> | void {
    if (this.waitingCount < this.#waitingMax) return connected ? super.connect(connected) : super.connect();
    this.totals.refused++;
    const busy = new StoreBusy(`${this.waitingCount} queries wait for PostgreSQL already`);
    if (!connected) return Promise.reject(busy);
    void Promise.resolve().then(() => connected(busy, undefined, () => undefined));
  }
}

export function openPool(options: PoolOptions): BoundedPool {
  const { databaseUrl, name, connectionsMax, waitingMax = Number.POSITIVE_INFINITY, log } = options;
  const config: pg.PoolConfig = {
    connectionString: databaseUrl,
    application_name: name,
    max: connectionsMax,
    connectionTimeoutMillis: 2_000,
    query_timeout: queryTimeoutMs,
    statement_timeout: queryTimeoutMs,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    options: plansByKey.map((setting) => `-c ${setting}=off`).join(' '),
  };
  const pool = new BoundedPool(config, waitingMax);
  pool.on('error', (error) => log.warn({ reason: error.message }, 'an idle PostgreSQL connection was lost'));
  // One that dies while checked out reports here too, besides failing its query.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
