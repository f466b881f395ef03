// `skein config`: settings as a person may see them.
import type { ClusterConfig } from '../../cluster/config.ts';

/** The settings with passwords in addresses hidden. */
export function describeConfig(config: ClusterConfig): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name,
      typeof value === 'string' ? hideSecrets(value) : value,
    ]),
  );
}

export function hideSecrets(address: string): string {
  return address.replace(/(\/\/[^:/@]*):[^@/]+@/, '$1:…@');
}
