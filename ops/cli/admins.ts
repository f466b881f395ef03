// `skein admins`: who administers this server.
import pg from 'pg';
import {
  listPlatformAdmins,
  setPlatformAdmin,
  type PlatformAdmin,
} from '../../storage/postgres/platform-admins.ts';

export async function readAdmins(databaseUrl: string): Promise<PlatformAdmin[]> {
  return withDatabase(databaseUrl, listPlatformAdmins);
}

/** False: nobody has this handle. */
export async function changeAdmin(databaseUrl: string, handle: string, isAdmin: boolean): Promise<boolean> {
  return withDatabase(databaseUrl, (client) => setPlatformAdmin(client, handle.replace(/^@/, ''), isAdmin));
}

export function describeAdmins(admins: readonly PlatformAdmin[]): string {
  if (admins.length === 0)
    return 'Nobody administers this server. Appoint someone: skein admins grant <handle>';
  return admins.map(({ handle, displayName }) => `@${handle.padEnd(32)}${displayName}`).join('\n');
}

async function withDatabase<Value>(
  connectionString: string,
  work: (client: pg.Client) => Promise<Value>,
): Promise<Value> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
