// The identity provider's settings: read once from the environment, checked, and then passed around as values.
import { parsePublicUrl, publicUrlRefused } from '../listen-address.ts';

export interface IdentityConfig {
  readonly databaseUrl: string;
  /** The origin browsers use, without a trailing slash; the issuer is `${publicUrl}/oauth`. */
  readonly publicUrl: string;
  /** Loopback port; 0 lets the system choose. */
  readonly port: number;
  /** Makes limits hold over all hosts; empty: they hold for this process. */
  readonly redisUrl: string;
  /** Of the authority that signed its certificate; empty: the system's. */
  readonly redisCaFile: string;
  readonly namespace: string;
  /** By which requests through workers are known; empty: they come from anywhere, each from its own address. */
  readonly proxySecret: string;
  /** Seals the keys in PostgreSQL: 32 bytes in base64url. */
  readonly keysSecret: string;
  readonly logLevel: string;
  readonly signInsPerHandlePerMinute: number;
  /** Of all strangers together, for one handle. */
  readonly strangersPerHandlePerMinute: number;
  readonly signInsPerAddressPerMinute: number;
  readonly signUpsPerAddressPerMinute: number;
  /** Handles nobody may take, besides those that no installation gives away. */
  readonly reservedHandles: readonly string[];
}

export const identityDefaults = {
  port: 0,
  redisUrl: '',
  redisCaFile: '',
  namespace: 'skein',
  proxySecret: '',
  logLevel: 'info',
  signInsPerHandlePerMinute: 10,
  strangersPerHandlePerMinute: 100,
  /** Above the handle's limit: an office shares one address. */
  signInsPerAddressPerMinute: 60,
  signUpsPerAddressPerMinute: 60,
  reservedHandles: [],
} as const satisfies Partial<IdentityConfig>;

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** A setting is missing or wrong; the message names it and says what is expected. */
export class IdentityConfigError extends Error {
  override readonly name = 'IdentityConfigError';
}

export function readIdentityConfig(env: NodeJS.ProcessEnv = process.env): IdentityConfig {
  return {
    databaseUrl: readDatabaseUrl(env.DATABASE_URL),
    publicUrl: readPublicUrl(env.SKEIN_PUBLIC_URL),
    redisUrl: env.REDIS_URL ?? identityDefaults.redisUrl,
    redisCaFile: env.SKEIN_REDIS_CA_FILE ?? identityDefaults.redisCaFile,
    namespace: env.SKEIN_NAMESPACE ?? identityDefaults.namespace,
    proxySecret: env.SKEIN_PROXY_SECRET ?? identityDefaults.proxySecret,
    keysSecret: readKeysSecret(env.SKEIN_KEYS_SECRET),
    port: readCount(env, 'SKEIN_IDENTITY_PORT', identityDefaults.port, 0, 65_535),
    logLevel: readLogLevel(env.SKEIN_LOG_LEVEL),
    signInsPerHandlePerMinute: readRate(env, 'SKEIN_SIGN_INS_PER_HANDLE', 'signInsPerHandlePerMinute'),
    signInsPerAddressPerMinute: readRate(env, 'SKEIN_SIGN_INS_PER_ADDRESS', 'signInsPerAddressPerMinute'),
    strangersPerHandlePerMinute: readRate(env, 'SKEIN_STRANGERS_PER_HANDLE', 'strangersPerHandlePerMinute'),
    signUpsPerAddressPerMinute: readRate(env, 'SKEIN_SIGN_UPS_PER_ADDRESS', 'signUpsPerAddressPerMinute'),
    reservedHandles: (env.SKEIN_RESERVED_HANDLES ?? '').split(',').filter((handle) => handle.trim() !== ''),
  };
}

function readDatabaseUrl(value: string | undefined): string {
  // The value is not repeated in the message: it carries a password.
  if (!value || !/^postgres(ql)?:\/\//.test(value)) {
    throw new IdentityConfigError('DATABASE_URL must be a postgres:// URL.');
  }
  return value;
}

function readKeysSecret(value: string | undefined): string {
  if (value && Buffer.from(value, 'base64url').length === 32) return value;
  throw new IdentityConfigError(
    'SKEIN_KEYS_SECRET is missing: the supervisor starts this process, and derives it from the cluster’s secret.',
  );
}

function readPublicUrl(value: string | undefined): string {
  const origin = value === undefined ? null : parsePublicUrl(value);
  if (origin) return origin;
  throw new IdentityConfigError(publicUrlRefused(value ?? 'absent'));
}

function readLogLevel(value: string | undefined): string {
  if (value === undefined || value === '') return identityDefaults.logLevel;
  if (logLevels.includes(value)) return value;
  throw new IdentityConfigError(`SKEIN_LOG_LEVEL must be one of ${logLevels.join(', ')}, not ${value}.`);
}

type RateSetting =
  | 'signInsPerHandlePerMinute'
  | 'strangersPerHandlePerMinute'
  | 'signInsPerAddressPerMinute'
  | 'signUpsPerAddressPerMinute';

function readRate(env: NodeJS.ProcessEnv, name: string, setting: RateSetting): number {
  return readCount(env, `${name}_PER_MINUTE`, identityDefaults[setting], 1, 1_000_000);
}

function readCount(env: NodeJS.ProcessEnv, name: string, fallback: number, min: number, max: number): number {
  const value = env[name];
  if (value === undefined || value === '') return fallback;
  const count = Number(value);
  if (Number.isInteger(count) && count >= min && count <= max) return count;
  throw new IdentityConfigError(`${name} must be a whole number from ${min} to ${max}, not ${value}.`);
}
