// `skein config`: settings as a person may see them.
import { readConfig, type ClusterConfig } from '../../cluster/config.ts';
import type { Target } from './target.ts';

/** The settings of a process here that works for that cluster. Throws ConfigError. */
export function configOf({ nats, databaseUrl, namespace, environment = {} }: Target): ClusterConfig {
  const named = { DATABASE_URL: databaseUrl, NATS_URL: nats.url, SKEIN_NAMESPACE: namespace };
  return { ...readConfig({ ...process.env, ...environment, ...named }), nats };
}

/** The settings with passwords in addresses hidden. */
export function describeConfig(config: ClusterConfig): Record<string, unknown> {
  const { nats, proxySecret: _secret, ...others } = config;
  const shown = {
    ...others,
    natsUrl: nats.url,
    natsCredentials: nats.credentials.kind,
    natsCaFile: nats.caFile,
  };
  return Object.fromEntries(
    Object.entries(shown).map(([name, value]) => [
      name,
      typeof value === 'string' ? hideSecrets(value) : value,
    ]),
  );
}

export function hideSecrets(address: string): string {
  return address.replace(/(\/\/[^:/@]*):[^@/]+@/, '$1:…@');
}
