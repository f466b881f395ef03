// ejabberd with its message archive in a PostgreSQL of its own: one node, which has a scheduler for each core. Its
// accounts are in the same database, put there before it starts.
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import { findProgram, type FoundProgram } from './found-program.ts';
import { startProcess } from './own-process.ts';
import type { PeerServers } from './peer-servers.ts';
import { startOwnPostgres } from './embedded-part.ts';
import { accountOf, domain, passwordOf, roomDomain } from './xmpp-dialect.ts';

interface EjabberdProgram extends FoundProgram {
  readonly version: string;
  readonly schemaFile: string;
}

/** Throws BenchError with what to do when there is none to be had. */
export function findEjabberd(env?: NodeJS.ProcessEnv): Promise<EjabberdProgram> {
  return findProgram<EjabberdProgram>('ejabberd-program.ts', env);
}

/** They sleep at once when there is nothing to do: turning for a while would be counted as work, and taken from others. */
const idleSchedulers = ['+sbwt', 'none', '+sbwtdcpu', 'none', '+sbwtdio', 'none'];
/** Far more than the room is asked to hold. */
const occupantsMax = 10_000;

export async function startEjabberd(people: number, started: AsyncDisposable[]): Promise<PeerServers> {
  const program = await findEjabberd();
  const postgres = await startOwnPostgres();
  started.push(postgres);
  await register(people, postgres.url, program.schemaFile);
  const node = await startProcess(program, 'ejabberd', ({ port, folder }) => {
    const configFile = path.join(folder, 'ejabberd.yml');
    // YAML takes JSON as it is.
    writeFileSync(configFile, JSON.stringify(settings(port, new URL(postgres.url))));
    const emulator = ['+K', 'true', '+P', '250000', ...idleSchedulers, '-noinput'];
    return {
      // No name of a node: nobody else is to be found, and no daemon that knows names has to run.
      args: [...emulator, '-mnesia', 'dir', `"${path.join(folder, 'mnesia')}"`, '-s', 'ejabberd'],
      env: {
        EJABBERD_CONFIG_PATH: configFile,
        EJABBERD_LOG_PATH: path.join(folder, 'ejabberd.log'),
        ERL_CRASH_DUMP_BYTES: '0',
        HOME: folder,
      },
    };
  });
  started.push(node);
  return {
    urls: [`ws://127.0.0.1:${node.port}`],
    pids: [node.pid, postgres.pid],
    redisPid: null,
    redisVersion: null,
    software: `ejabberd ${program.version}`,
  };
}

async function register(people: number, url: string, schemaFile: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(await readFile(schemaFile, 'utf8'));
    const numbers = Array.from({ length: people }, (_, person) => person);
    await client.query(
      'INSERT INTO users (username, password) SELECT * FROM unnest($1::text[], $2::text[])',
      [numbers.map(accountOf), numbers.map(passwordOf)],
    );
  } finally {
    await client.end();
  }
}

/** Its defaults but for what is said in README.md. */
function settings(port: number, database: URL): object {
  return {
    hosts: [domain],
    loglevel: 'warning',
    auth_method: 'sql',
    auth_password_format: 'plain',
    default_db: 'sql',
    sql_type: 'pgsql',
    sql_server: database.hostname,
    sql_port: Number(database.port),
    sql_database: database.pathname.slice(1),
    sql_username: database.username,
    sql_password: database.password,
    listen: [
      { port, ip: '127.0.0.1', module: 'ejabberd_http', request_handlers: { '/ws': 'ejabberd_http_ws' } },
    ],
    modules: {
      mod_mam: { db_type: 'sql', default: 'always', compress_xml: false },
      mod_stream_mgmt: {},
      mod_muc: {
        host: roomDomain,
        max_users: occupantsMax,
        history_size: 0,
        default_room_options: {
          mam: true,
          persistent: true,
          max_users: occupantsMax,
          presence_broadcast: [],
        },
      },
    },
  };
}
