// PostgreSQL: there, new enough, migrated, careful with the disk, and with enough connections.
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import { openDatabase } from '../cluster/access.ts';
import { hideSecrets } from '../config.ts';
import { reasonOf } from '../errors.ts';
import { fail, isLoopback, ok, warn, type Finding } from './finding.ts';

const migrationsFolder = path.join(import.meta.dirname, '../../../storage/postgres/migrations');
const versionFloor = 15;
/** Connections that each process may open, and those left for people and tools. */
const connections = { worker: 9, projector: 16, identity: 8, others: 5 } as const;

export interface ProcessCounts {
  readonly workers: number;
  readonly projectors: number;
  readonly identities: number;
}

/** @param counts null when the cluster did not say */
export async function checkPostgres(databaseUrl: string, counts: ProcessCounts | null): Promise<Finding[]> {
  let database: pg.Client;
  try {
    database = await openDatabase(databaseUrl);
  } catch (error) {
    return [
      fail(
        'PostgreSQL',
        `${hideSecrets(databaseUrl)} does not answer (${reasonOf(error)})`,
        'Start it, or mend DATABASE_URL.',
      ),
    ];
  }
  try {
    return [
      await checkVersion(database),
      await checkAccess(databaseUrl),
      ...(await checkLine(database, databaseUrl)),
      await checkMigrations(database),
      await checkCare(database),
      ...(counts ? [await checkConnections(database, counts)] : []),
    ];
  } catch (error) {
    return [fail('PostgreSQL', `could not be asked (${reasonOf(error)})`, 'Its log says more.')];
  } finally {
    await database.end().catch(() => undefined);
  }
}

async function setting(database: pg.Client, name: string): Promise<string> {
  const { rows } = await database.query<{ value: string }>('select current_setting($1) as value', [name]);
  return rows[0]!.value;
}

async function checkVersion(database: pg.Client): Promise<Finding> {
  const number = Number(await setting(database, 'server_version_num'));
  const version = await setting(database, 'server_version');
  if (Math.floor(number / 10_000) >= versionFloor) return ok('PostgreSQL version', version);
  return fail('PostgreSQL version', version, `It has to be ${versionFloor} or newer.`);
}

/** Knocks as somebody who knows the name and not the password. */
async function checkAccess(databaseUrl: string): Promise<Finding> {
  const about = 'PostgreSQL access';
  const address = new URL(databaseUrl);
  address.password = randomUUID();
  try {
    await (await openDatabase(address.href)).end();
    return fail(
      about,
      'any password will do: whoever reaches it may read and change everything',
      'Ask for one in pg_hba.conf (scram-sha-256), also on loopback.',
    );
  } catch (error) {
    const { code } = error as { code?: string };
    const isRefused = code === '28P01' || code === '28000';
    if (isRefused) return ok(about, 'a wrong password is refused');
    return warn(about, `it cannot be told whether a stranger is refused (${reasonOf(error)})`, 'Try again.');
  }
}

/** Nothing to say about a line that does not leave the machine. */
async function checkLine(database: pg.Client, databaseUrl: string): Promise<Finding[]> {
  const about = 'PostgreSQL line';
  const { rows } = await database.query<{ ssl: boolean; version: string | null }>(
    'select ssl, version from pg_stat_ssl where pid = pg_backend_pid()',
  );
  const [line] = rows;
  if (line?.ssl) return [ok(about, `encrypted (${line.version})`)];
  if (isLoopback(new URL(databaseUrl).hostname)) return [];
  return [
    warn(
      about,
      'not encrypted: whoever is on the way reads every message',
      'Add sslmode=verify-full to DATABASE_URL, and sslrootcert= for an authority of your own.',
    ),
  ];
}

async function checkMigrations(database: pg.Client): Promise<Finding> {
  const about = 'migrations';
  const { rows: tables } = await database.query<{ found: boolean }>(
    `select to_regclass('schema_migrations') is not null as found`,
  );
  if (!tables[0]!.found) return fail(about, 'none was ever applied', 'skein migrate applies them.');
  const { rows } = await database.query<{ name: string; sha256: string }>(
    'select name, sha256 from schema_migrations',
  );
  return judgeMigrations(new Map(rows.map(({ name, sha256 }) => [name, sha256])), migrationsHere());
}

function migrationsHere(): Map<string, string> {
  const names = readdirSync(migrationsFolder).filter((name) => name.endsWith('.sql'));
  const hash = (name: string) =>
    createHash('sha256').update(readFileSync(path.join(migrationsFolder, name), 'utf8'));
  return new Map(names.sort().map((name) => [name, hash(name).digest('hex')]));
}

/** @param applied and here: the hash of each file */
export function judgeMigrations(
  applied: ReadonlyMap<string, string>,
  here: ReadonlyMap<string, string>,
): Finding {
  const about = 'migrations';
  const changed = [...here].find(([name, hash]) => applied.has(name) && applied.get(name) !== hash)?.[0];
  if (changed)
    return fail(about, `${changed} was applied with other contents`, 'Restore that file as it was.');
  const missing = [...here.keys()].filter((name) => !applied.has(name));
  if (missing.length > 0) {
    return fail(about, `not applied yet: ${missing.join(', ')}`, 'skein migrate applies them.');
  }
  const unknown = [...applied.keys()].filter((name) => !here.has(name));
  if (unknown.length > 0) {
    return warn(about, `applied by a newer release: ${unknown.join(', ')}`, 'Use the CLI of that release.');
  }
  return ok(about, `at the newest, ${[...here.keys()].at(-1)}`);
}

/** Journals let go of what is projected, so PostgreSQL must really have it on disk. */
async function checkCare(database: pg.Client): Promise<Finding> {
  const about = 'PostgreSQL durability';
  const off: string[] = [];
  for (const name of ['fsync', 'full_page_writes', 'synchronous_commit']) {
    if ((await setting(database, name)) === 'off') off.push(name);
  }
  if (off.length === 0) return ok(about, 'fsync, full_page_writes and synchronous_commit are on');
  return fail(
    about,
    `off: ${off.join(', ')}`,
    'Switch on, or a crash loses messages that the journals have let go.',
  );
}

async function checkConnections(database: pg.Client, counts: ProcessCounts): Promise<Finding> {
  const about = 'PostgreSQL connections';
  const max = Number(await setting(database, 'max_connections'));
  const reserved = Number(await setting(database, 'superuser_reserved_connections'));
  const { worker, projector, identity, others } = connections;
  const needed =
    counts.workers * worker + counts.projectors * projector + counts.identities * identity + others;
  const says = `${needed} may be needed, ${max - reserved} are allowed`;
  if (needed <= max - reserved) return ok(about, says);
  return fail(
    about,
    says,
    `Raise max_connections to ${needed + reserved} or more, or put a pooler in front.`,
  );
}
