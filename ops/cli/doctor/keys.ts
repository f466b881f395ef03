// The keys of sign-in: sealed in PostgreSQL with the secret that this host has.
import { readClusterSecret } from '../../../cluster/cluster-secret.ts';
import type { ClusterConfig } from '../../../cluster/config.ts';
import { sealerOf } from '../../../cluster/identity/key-sealer.ts';
import { openDatabase } from '../cluster/access.ts';
import { fail, ok, type Finding } from './finding.ts';

/** Nothing to say where there are no keys, no secret, or no PostgreSQL. */
export async function checkKeys({ clusterSecretFile, databaseUrl }: ClusterConfig): Promise<Finding[]> {
  const about = 'keys of sign-in';
  try {
    const secret = readClusterSecret(clusterSecretFile);
    const database = await openDatabase(databaseUrl);
    const text = 'select distinct sealed_by from identity_keys where retired_at is null';
    const { rows } = await database
      .query<{ sealed_by: string | null }>(text)
      .finally(() => database.end().catch(() => undefined));
    if (!secret || rows.length === 0) return [];
    const sealer = sealerOf(secret);
    if (rows.every(({ sealed_by }) => sealed_by === sealer.name)) {
      return [ok(about, 'sealed with the cluster’s secret')];
    }
    return [
      fail(
        about,
        `sealed with another secret than ${clusterSecretFile}: sign-in cannot start on this host`,
        'Bring the file from a host of the cluster, or give the keys up: skein renew-keys.',
      ),
    ];
  } catch {
    return [];
  }
}
