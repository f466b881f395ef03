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

/**
 * Everything here is asked by key, and statements are prepared once for the life of a connection. Without this, one that
 * was planned while a table was small or unknown to the planner goes on reading all of it, however large it grows: with
 * 15,000 conversations that took most of the machine.
 */
const plansByKey = ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'jit'];

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
    options: plansByKey.map((setting) => `-c ${setting}=off`).join(' '),
  });
  pool.on('error', (error) => log.warn({ reason: error.message }, 'an idle PostgreSQL connection was lost'));
  // One that dies while checked out reports here too, besides failing its query.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
