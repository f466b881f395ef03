// Access tokens made with the installation's own secret and database; see cluster/identity/issue-token.ts.
import pg from 'pg';
import { clusterSecretFile, openClusterSecret } from '../../cluster/cluster-secret.ts';
import { issueAccessToken } from '../../cluster/identity/issue-token.ts';
import { sealerOf } from '../../cluster/identity/key-sealer.ts';
import { normalizeHandle } from '../../cluster/identity/sign-up-rules.ts';
import { Users } from '../../cluster/identity/users.ts';
import { defaultStateDir } from '../embedded/state-folder.ts';

export interface TokenPlace {
  readonly publicUrl: string;
  readonly databaseUrl: string;
  readonly lifetimeSeconds: number;
}

/** Null: nobody has this handle. */
export async function issueTokenFor(
  handle: string,
  { databaseUrl, publicUrl, lifetimeSeconds }: TokenPlace,
): Promise<string | null> {
  const database = new pg.Pool({ connectionString: databaseUrl, max: 2, connectionTimeoutMillis: 5_000 });
  try {
    const users = new Users(database);
    const credentials = await users.findCredentials(normalizeHandle(handle));
    const account = credentials && (await users.findAccount(credentials.userId));
    if (!account) return null;
    const secret = openClusterSecret(clusterSecretFile(process.env, defaultStateDir(process.env)));
    return await issueAccessToken(database, sealerOf(secret), { publicUrl, account, lifetimeSeconds });
  } finally {
    await database.end();
  }
}
