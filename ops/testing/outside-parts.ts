// NATS, PostgreSQL and Redis as an operator's own: they speak TLS alone, with a certificate of an authority that nobody else
// knows, and ask for a key or a password.
import { chownSync, copyFileSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { removeStateFolder } from '../embedded/outside-data.ts';
import { eventually } from '../../protocol/waiting.ts';
import { startServer } from '../embedded/child-process.ts';
import { startNats, type NatsOptions } from '../embedded/nats.ts';
import { freePort } from '../embedded/ports.ts';
import { startPostgres } from '../embedded/postgres.ts';
import { serviceOf } from '../embedded/service.ts';
import { makeAuthority, type Authority } from './authority.ts';
import { findRedisServer } from './redis-binary.ts';
import { opensToTests } from './services.ts';

export interface OutsideParts {
  readonly authority: Authority;
  readonly folder: string;
  readonly clusterSecretFile: string;
  readonly natsUrl: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  stop(): Promise<void>;
}

export const redisPassword = 'only for this test';

export async function startOutsideParts(nats: Partial<NatsOptions> = {}): Promise<OutsideParts> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'skein-outside-'));
  const authority = await makeAuthority(path.join(folder, 'authority'));
  const { certFile, keyFile } = authority;
  const { clusterSecretFile, ...tests } = opensToTests(folder);
  const ports = { nats: await freePort(), postgres: await freePort(), redis: await freePort() };
  const tls = `tls { cert_file: ${JSON.stringify(certFile)}, key_file: ${JSON.stringify(keyFile)} }`;
  const explicitBinary = process.env['SKEIN_NATS_SERVER'];
  const own = { stateDir: folder, port: ports.nats, explicitBinary, clusterSecretFile, ...tests };
  const redis = startRedis(folder, ports.redis, authority);
  const postgres = await startPostgres({ stateDir: folder, port: ports.postgres });
  const started = [postgres, await startNats({ ...own, moreConfig: [tls], ...nats }), await redis];
  await speakTlsOnly(postgres.url, authority);
  const { caFile } = authority;
  return {
    authority,
    folder,
    clusterSecretFile,
    natsUrl: `tls://127.0.0.1:${ports.nats}`,
    databaseUrl: `${postgres.url}?sslmode=verify-full&sslrootcert=${encodeURIComponent(caFile)}`,
    redisUrl: `rediss://:${encodeURIComponent(redisPassword)}@127.0.0.1:${ports.redis}`,
    async stop() {
      await Promise.all(started.map((each) => each.stop()));
      removeStateFolder(folder);
    },
  };
}

async function startRedis(folder: string, port: number, { caFile, certFile, keyFile }: Authority) {
  const binary = await findRedisServer({ explicit: process.env['SKEIN_REDIS_SERVER'] });
  const files = ['--tls-cert-file', certFile, '--tls-key-file', keyFile, '--tls-ca-cert-file', caFile];
  const line = ['--port', '0', '--tls-port', String(port), ...files, '--tls-auth-clients', 'no'];
  const server = await startServer({
    command: binary.file,
    args: ['--bind', '127.0.0.1', ...line, '--dir', folder, '--save', '', '--requirepass', redisPassword],
    env: { ...process.env, ...binary.env },
    logFile: path.join(folder, 'redis.log'),
    lastWill: 'SIGTERM',
  });
  await eventually(() => server.hasExited() || listens(port));
  return serviceOf(server, '');
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/** PostgreSQL reads its key as the user that its data belongs to, and takes the setting while it runs. */
async function speakTlsOnly(url: string, { certFile, keyFile }: Authority): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ folder: string }>(
    `select current_setting('data_directory') as folder`,
  );
  const { folder } = rows[0]!;
  const { uid, gid } = statSync(folder);
  for (const [from, name] of [
    [certFile, 'server.crt'],
    [keyFile, 'server.key'],
  ] as const) {
    const file = path.join(folder, name);
    copyFileSync(from, file);
    chownSync(file, uid, gid);
  }
  const hba = path.join(folder, 'pg_hba.conf');
  writeFileSync(hba, 'hostssl all all 127.0.0.1/32 scram-sha-256\n');
  await client.query('alter system set ssl = on');
  await client.query('select pg_reload_conf()');
  await client.end();
}
