// An identity provider on a free port and a fresh schema, as the tests of this folder need it.
import { createServer } from 'node:net';
import { migrate } from '../../../storage/postgres/migrate.ts';
import { identityDefaults } from '../config.ts';
import type { IdentityConfig } from '../config.ts';
import { startIdentity } from '../start.ts';
import type { IdentityPorts } from '../start.ts';

/** Seals the keys of every provider in these tests, so that several may share a database. */
export const testKeysSecret = Buffer.alloc(32, 7).toString('base64url');

export interface RunningIdentity {
  readonly publicUrl: string;
  readonly issuer: string;
  /** Where the process listens, when the public address is another. */
  readonly localUrl: string;
  close(): Promise<void>;
}

export async function runIdentity(
  databaseUrl: string,
  settings: Partial<IdentityConfig> = {},
  ports: Partial<IdentityPorts> = {},
): Promise<RunningIdentity> {
  await migrate(databaseUrl);
  const port = await freePort();
  const localUrl = `http://127.0.0.1:${port}`;
  const publicUrl = settings.publicUrl ?? localUrl;
  const limits = { signInsPerAddressPerMinute: 10_000, signUpsPerAddressPerMinute: 10_000 };
  const config = {
    keysSecret: testKeysSecret,
    ...identityDefaults,
    ...limits,
    databaseUrl,
    publicUrl,
    port,
    logLevel: 'silent',
    ...settings,
  };
  const identity = await startIdentity(config, ports);
  return { publicUrl, localUrl, issuer: `${publicUrl}/oauth`, close: () => identity.close() };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('No port.');
  return address.port;
}
