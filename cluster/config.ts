// The settings of every process, read once from the environment and checked. A wrong one stops the start with a
// sentence that says which and why.
import { hostname } from 'node:os';
import path from 'node:path';
import {
  formatListen,
  parseListen,
  parsePublicUrl,
  publicUrlRefused,
  type ListenAddress,
} from './listen-address.ts';
import { limits } from '../protocol/limits.ts';
import { journalBounds } from '../storage/journal/bounds.ts';
import { isNetwork } from './addresses.ts';
import { clusterSecretFile } from './cluster-secret.ts';
import { ConfigError } from './config-error.ts';
import { readNatsAccess, type NatsAccess } from './nats-access.ts';

export interface ClusterConfig {
  readonly databaseUrl: string;
  readonly nats: NatsAccess;
  /** Makes rate limits hold over all workers; empty: they hold per worker. */
  readonly redisUrl: string;
  /** Of the authority that signed its certificate; empty: the system's. */
  readonly redisCaFile: string;
  /** First part of every subject, stream and bucket: several clusters may share a NATS. */
  readonly namespace: string;
  /** Names this host to operators; each host of a cluster has a name of its own. */
  readonly host: string;
  /** Roles of this host's processes. */
  readonly roles: readonly Role[];
  /** Share of the shards that each worker of this host gets, relative to other hosts' workers. */
  readonly weight: number;
  readonly listenHost: string;
  readonly listenPort: number;
  /** As browsers see the server, without a slash at the end. */
  readonly publicUrl: string;
  /** Worker processes on this host. */
  readonly workers: number;
  /** Metrics and health of the n-th process of this host are on this port + n; 0: any free port. */
  readonly adminBasePort: number;
  /** The built-in identity provider's loopback port; 0: no built-in provider. */
  readonly identityPort: number;
  /** Outside OIDC issuers whose tokens are accepted. */
  readonly issuers: readonly string[];
  /** The built web client; empty: none is served. */
  readonly webDir: string;
  /** The folder of uploaded files, shared by all workers; empty: none are taken. */
  readonly blobDir: string;
  /** An upload that is in no message after this long is deleted. */
  readonly uploadExpiresAfterMs: number;
  /** Unprojected bytes of one worker's journal beyond which sends are answered `overloaded`. */
  readonly journalSoftBytesMax: number;
  /** Bytes that one worker's journal may hold at most: well above the soft limit, so that a seal always fits. */
  readonly journalBytesMax: number;
  /** Sockets one worker admits; below its limit of open files. */
  readonly socketsMax: number;
  /** Sockets one user may have. */
  readonly socketsPerUserMax: number;
  /** Origins whose pages may use the REST API; `*` means all. */
  readonly corsOrigins: readonly string[];
  /** Proxies whose `x-forwarded-for` is believed: addresses and networks. */
  readonly trustedProxies: readonly string[];
  /** Addresses and networks without limits by address. */
  readonly unlimitedAddresses: readonly string[];
  /** The folder of this host for what has to outlive its processes. */
  readonly stateDir: string;
  /** Holds the secret that the hosts of a cluster share. */
  readonly clusterSecretFile: string;
  /** By which the identity provider knows the workers of its host; empty: it believes nobody. */
  readonly proxySecret: string;
  /** Folders whose disks have to take what is written on this host. */
  readonly diskFolders: readonly string[];
  /** Free bytes on one of them below which nothing more is stored, and below which operators are warned. */
  readonly diskFreeBytesMin: number;
  readonly diskFreeBytesWarn: number;
  readonly logLevel: string;
}

export const roles = ['gateway', 'actors', 'projector', 'identity'] as const;

/**
 * - `gateway`: workers that take sockets and HTTP.
 * - `actors`: workers that own shards.
 * - `projector`: journals into PostgreSQL.
 * - `identity`: the built-in identity provider, if it has a port; where there is one, gateways must be too.
 */
export type Role = (typeof roles)[number];

export { ConfigError };

type Environment = Readonly<Record<string, string | undefined>>;

export function readConfig(environment: Environment = process.env): ClusterConfig {
  const listen = listenAddress(environment['SKEIN_LISTEN'] ?? '127.0.0.1:8080');
  const stateDir = path.resolve(
    environment['SKEIN_STATE_DIR'] || path.join(import.meta.dirname, '../.skein'),
  );
  const blobDir = environment['SKEIN_BLOB_DIR'] ?? '';
  return {
    databaseUrl: required(environment, 'DATABASE_URL', 'postgresql://user:password@host:5432/skein'),
    nats: readNatsAccess(environment, required(environment, 'NATS_URL', 'nats://host:4222')),
    redisUrl: redis(environment['REDIS_URL'] ?? ''),
    redisCaFile: environment['SKEIN_REDIS_CA_FILE'] ?? '',
    namespace: matching(
      environment,
      'SKEIN_NAMESPACE',
      'skein',
      /^[a-z][a-z0-9]{0,19}$/,
      'a short lower-case word',
    ),
    host: hostName(environment['SKEIN_HOST'] ?? hostname()),
    roles: rolesOf(environment),
    weight: integer(environment, 'SKEIN_WEIGHT', 1, 1, 100),
    listenHost: listen.host,
    listenPort: listen.port,
    publicUrl: publicUrlOf(environment['SKEIN_PUBLIC_URL'] ?? `http://${formatListen(listen)}`),
    workers: integer(environment, 'SKEIN_WORKERS', 2, 1, 64),
    adminBasePort: integer(environment, 'SKEIN_ADMIN_BASE_PORT', 0, 0, 65_000),
    identityPort: integer(environment, 'SKEIN_IDENTITY_PORT', 0, 0, 65_535),
    issuers: list(environment['SKEIN_OIDC_ISSUERS']).map((issuer) => url(issuer, 'SKEIN_OIDC_ISSUERS')),
    webDir: environment['SKEIN_WEB_DIR'] ?? '',
    blobDir,
    uploadExpiresAfterMs:
      1000 *
      integer(environment, 'SKEIN_UPLOAD_EXPIRES_SECONDS', limits.uploadExpiresAfterMs / 1000, 1, 2_592_000),
    ...journalBytes(environment),
    socketsMax: integer(environment, 'SKEIN_SOCKETS_MAX', 18_000, 10, 1_000_000),
    socketsPerUserMax: integer(
      environment,
      'SKEIN_SOCKETS_PER_USER_MAX',
      limits.socketsPerUserMax,
      1,
      100_000,
    ),
    corsOrigins: origins(environment, 'SKEIN_CORS_ORIGINS'),
    trustedProxies: networks(environment, 'SKEIN_TRUSTED_PROXIES', ''),
    unlimitedAddresses: networks(environment, 'SKEIN_UNLIMITED_ADDRESSES', '127.0.0.0/8, ::1'),
    stateDir,
    ...secretsOf(environment, stateDir),
    ...disks(environment, stateDir, blobDir),
    logLevel: matching(
      environment,
      'SKEIN_LOG_LEVEL',
      'info',
      /^(debug|info|warn|error)$/,
      'debug, info, warn or error',
    ),
  };
}

function secretsOf(environment: Environment, stateDir: string) {
  return {
    clusterSecretFile: clusterSecretFile(environment, stateDir),
    proxySecret: environment['SKEIN_PROXY_SECRET'] ?? '',
  };
}

function hostName(text: string): string {
  if (/^[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/.test(text)) return text;
  throw new ConfigError(`SKEIN_HOST must be a host's name (letters, digits, dots, hyphens), not ${text}`);
}

function rolesOf(environment: Environment): Role[] {
  const named = list(environment['SKEIN_ROLES'] ?? roles.join(','));
  const wrong = named.find((name) => !(roles as readonly string[]).includes(name));
  if (named.length > 0 && wrong === undefined) return roles.filter((role) => named.includes(role));
  throw new ConfigError(`SKEIN_ROLES must list some of ${roles.join(', ')}, not ${wrong ?? 'nothing'}`);
}

function journalBytes(environment: Environment) {
  const { backlogBytesSoftMax, streamBytesMax, streamBytesMin } = journalBounds;
  const max = Number.MAX_SAFE_INTEGER;
  const journalSoftBytesMax = integer(
    environment,
    'SKEIN_JOURNAL_SOFT_MAX_BYTES',
    backlogBytesSoftMax,
    streamBytesMin / 4,
    max,
  );
  const journalBytesMax = integer(
    environment,
    'SKEIN_JOURNAL_MAX_BYTES',
    streamBytesMax,
    streamBytesMin,
    max,
  );
  if (2 * journalSoftBytesMax <= journalBytesMax) return { journalSoftBytesMax, journalBytesMax };
  throw new ConfigError(
    `SKEIN_JOURNAL_MAX_BYTES (${journalBytesMax}) must be at least twice SKEIN_JOURNAL_SOFT_MAX_BYTES (${journalSoftBytesMax}), so that a seal always fits`,
  );
}

/** The embedded parts keep their data in the state folder, or behind links of it. */
function disks(environment: Environment, stateDir: string, blobDir: string) {
  const embedded = ['nats', 'postgres'].map((part) => path.join(stateDir, part));
  const own = [stateDir, ...embedded, ...(blobDir === '' ? [] : [path.resolve(blobDir)])];
  const others = list(environment['SKEIN_DISK_FOLDERS']).map((folder) => path.resolve(folder));
  const max = Number.MAX_SAFE_INTEGER;
  const min = integer(environment, 'SKEIN_DISK_FREE_MIN_BYTES', 1024 ** 3, 0, max / 8);
  const warn = integer(environment, 'SKEIN_DISK_FREE_WARN_BYTES', 4 * min, min, max);
  return { diskFolders: [...own, ...others], diskFreeBytesMin: min, diskFreeBytesWarn: warn };
}

function listenAddress(text: string): ListenAddress {
  const address = parseListen(text);
  if (address) return address;
  throw new ConfigError(`SKEIN_LISTEN must be host:port, such as 127.0.0.1:8080 or [::1]:8080, not ${text}`);
}

function publicUrlOf(text: string): string {
  const origin = parsePublicUrl(text);
  if (origin) return origin;
  throw new ConfigError(publicUrlRefused(text));
}

function required(environment: Environment, name: string, example: string): string {
  const value = environment[name];
  if (!value) throw new ConfigError(`${name} is not set. It looks like ${example}`);
  return url(value, name);
}

function url(value: string, name: string): string {
  if (!URL.canParse(value))
    throw new ConfigError(`${name} is not a URL: ${value.replace(/:[^:@/]*@/, ':…@')}`);
  return value;
}

function redis(value: string): string {
  // Not repeated in the message: it may carry a password.
  if (value !== '' && !/^rediss?:\/\/[^/]/.test(url(value, 'REDIS_URL')))
    throw new ConfigError('REDIS_URL must look like redis://host:6379, or rediss://host:6379 for TLS');
  return value;
}

function origins(environment: Environment, name: string): string[] {
  return list(environment[name]).map((text) => {
    const origin = text === '*' ? text : parsePublicUrl(text);
    if (origin) return origin;
    throw new ConfigError(`${name} must list origins such as https://app.example.org, or be *, not ${text}`);
  });
}

function networks(environment: Environment, name: string, standard: string): string[] {
  const parts = list(environment[name] ?? standard);
  const wrong = parts.find((part) => !isNetwork(part));
  if (wrong === undefined) return parts;
  throw new ConfigError(`${name} must list addresses and networks such as 10.0.0.0/8, not ${wrong}`);
}

function integer(environment: Environment, name: string, standard: number, min: number, max: number): number {
  const text = environment[name];
  const value = text ? Number(text) : standard;
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new ConfigError(`${name} must be a whole number from ${min} to ${max}, not ${text}`);
  }
  return value;
}

function matching(
  environment: Environment,
  name: string,
  standard: string,
  pattern: RegExp,
  what: string,
): string {
  const value = environment[name] ?? standard;
  if (!pattern.test(value)) throw new ConfigError(`${name} must be ${what}, not ${value}`);
  return value;
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
