// Purposes for which keys are derived from the cluster's secret. Changing one makes what it sealed unreadable.

export const secretPurposes = {
  /** By which the identity provider knows the workers of its host. */
  proxy: 'identity proxy',
  /** Seals the identity provider's keys in PostgreSQL. */
  identityKeys: 'identity keys',
} as const;
