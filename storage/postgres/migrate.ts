// Brings a database to the schema this release expects. Every process may call it at its start: an advisory lock
// lets one of them work while the others wait, and a file that was applied once must never change afterwards.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

const migrationsFolder = join(import.meta.dirname, 'migrations');
const migrationName = /^\d{4}_[a-z0-9_]+\.sql$/;
/** One number for every Skein database: whoever holds it migrates. */
const migrationLock = '7525403110211';
const lockTimeoutMs = 120_000;

interface Migration {
  readonly name: string;
  readonly sha256: string;
  readonly sql: string;
}

/** The schema cannot be brought up to date; the message says which file and why. Trying again does not help. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
  readonly retryable = false;
}

/** Applies what is missing, in order, each file in its own transaction. Answers the names applied by this call. */
export async function migrate(databaseUrl: string, folder: string = migrationsFolder): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'skein-migrate' });
  // A connection that dies while idle reports here; the query after it fails and carries the reason to the caller.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`set lock_timeout = ${lockTimeoutMs}`);
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    return await applyMissing(client, migrations);
  } finally {
    // Ends the session, and with it the lock.
    await client.end();
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted();
  const numbers = new Map<string, string>();
  for (const name of names) {
    if (!migrationName.test(name)) throw new MigrationError(`${name}: a migration is called NNNN_name.sql.`);
    const number = name.slice(0, 4);
    const other = numbers.get(number);
    if (other !== undefined) throw new MigrationError(`${other} and ${name} carry the same number.`);
    numbers.set(number, name);
  }
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8');
      return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function applyMissing(client: pg.Client, migrations: readonly Migration[]): Promise<string[]> {
  await client.query(`
    create table if not exists schema_migrations (
      name text primary key,
      sha256 text not null,
      applied_at timestamptz not null default now()
    )`);
  const { rows } = await client.query<{ name: string; sha256: string }>(
    'select name, sha256 from schema_migrations',
  );
  const applied = new Map(rows.map((row) => [row.name, row.sha256]));
  for (const { name, sha256 } of migrations) {
    const before = applied.get(name);
    if (before !== undefined && before !== sha256) {
      throw new MigrationError(
        `${name} was applied to this database with other contents (${before.slice(0, 12)}, now ` +
          `${sha256.slice(0, 12)}). Restore the file and put the change into a new migration.`,
      );
    }
  }
  const missing = migrations.filter(({ name }) => !applied.has(name));
  for (const migration of missing) await apply(client, migration);
  return missing.map(({ name }) => name);
}

async function apply(client: pg.Client, { name, sha256, sql }: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query('insert into schema_migrations (name, sha256) values ($1, $2)', [name, sha256]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationError(`${name} could not be applied: ${reason}`, { cause: error });
  }
}
