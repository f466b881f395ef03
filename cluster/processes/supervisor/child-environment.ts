// Settings of the host's other processes. Each gets the keys of its role, and none the secret that they are derived from.
import type { ClusterSecret } from '../../cluster-secret.ts';
import { natsSeedOf } from '../../fabric/trust/nats-users.ts';
import { secretPurposes } from '../../secret-purposes.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export function childEnvironment(
  env: Environment,
  secret: ClusterSecret,
  child: 'worker' | 'projector' | 'identity',
): Environment {
  const common = { ...env, SKEIN_CLUSTER_SECRET_FILE: undefined, SKEIN_NATS_ROLE: child };
  const proxy = { SKEIN_PROXY_SECRET: secret.deriveText(secretPurposes.proxy) };
  if (child === 'identity') {
    return { ...common, ...proxy, SKEIN_KEYS_SECRET: secret.deriveText(secretPurposes.identityKeys) };
  }
  const nats = { ...common, SKEIN_NATS_SEED: natsSeedOf(secret, child) };
  return child === 'worker' ? { ...nats, ...proxy } : nats;
}
