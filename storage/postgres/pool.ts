// Connections to PostgreSQL. A lost one is never fatal: the query that needed it fails and its caller decides.
import pg from 'pg';
import type { Log } from '../../actors/runtime/ports.ts';

// Sequence numbers and counts are below 2^53: numbers, not strings.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export interface PoolOptions {
  readonly databaseUrl: string;
  readonly name: string;
  readonly connectionsMax: number;
  readonly log: Log;
}

export const queryTimeoutMs = 10_000;

export function openPool({ databaseUrl, name, connectionsMax, log }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: name,
    max: connectionsMax,
    connectionTimeoutMillis: 2_000,
    query_timeout: queryTimeoutMs,
    statement_timeout: queryTimeoutMs,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
  });
  pool.on('error', (error) => log.warn({ reason: error.message }, 'an idle PostgreSQL connection was lost'));
  // One that dies while checked out reports here too, besides failing its query.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
