// Which cluster the CLI talks to: the one that the environment names, else the one that `npm start` runs here.
import { clusterSecretFile, readClusterSecret } from '../../cluster/cluster-secret.ts';
import { accessAs } from '../../cluster/fabric/trust/nats-users.ts';
import { readNatsAccess, type NatsAccess } from '../../cluster/nats-access.ts';
import { readInstanceRecord } from '../embedded/instance-record.ts';
import { defaultStateDir } from '../embedded/state-folder.ts';

export interface Target {
  readonly nats: NatsAccess;
  readonly databaseUrl: string;
  readonly namespace: string;
  /** As people open it; not known of a cluster that the environment names. */
  readonly url?: string;
  /** Settings of the installation that `npm start` runs here; those of a cluster elsewhere are the environment's. */
  readonly environment?: Readonly<Record<string, string>>;
  /** How it was found, for people. */
  readonly source: string;
}

/** There is nothing to talk to; the message says what to do. */
export class NoTarget extends Error {
  override readonly name = 'NoTarget';
}

export function findTarget(env: Readonly<Record<string, string | undefined>>): Target {
  const { NATS_URL: natsUrl, DATABASE_URL: databaseUrl, SKEIN_NAMESPACE: namespace = 'skein' } = env;
  const stateDir = defaultStateDir(env);
  const secret = readClusterSecret(clusterSecretFile(env, stateDir));
  const accessTo = (address: string): NatsAccess => accessAs(readNatsAccess(env, address), 'cli', secret);
  if (natsUrl && databaseUrl)
    return { nats: accessTo(natsUrl), databaseUrl, namespace, source: 'environment' };
  const record = readInstanceRecord(stateDir);
  if (record) return { ...record, nats: accessTo(record.natsUrl), source: stateDir };
  throw new NoTarget(
    `No cluster: nothing runs on ${stateDir}. Run npm start, or set NATS_URL and DATABASE_URL to those of the cluster.`,
  );
}
