// Checks of everything else that a cluster needs: Redis, the folder of uploads, the public address, the issuers of tokens.
import { constants } from 'node:fs';
import { access as mayAccess } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { trusting } from '../../../cluster/edge/limits/redis-buckets.ts';
import type { ClusterConfig } from '../../../cluster/config.ts';
import { disksOf } from '../../../storage/disk/room.ts';
import { hideSecrets } from '../config.ts';
import { reasonOf } from '../errors.ts';
import { formatBytes } from '../terminal/numbers.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

const timeoutMs = 3_000;
const redisFloor = 6;

export async function checkRedis({ redisUrl, redisCaFile }: ClusterConfig): Promise<Finding> {
  const about = 'Redis';
  if (redisUrl === '') return ok(about, 'not used: rate limits hold for each worker alone');
  const redis = new Redis(redisUrl, {
    ...trusting(redisCaFile),
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: null,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    const version = /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? '?';
    if (Number.parseInt(version) < redisFloor)
      return fail(about, version, `It has to be ${redisFloor} or newer.`);
    if (new URL(redisUrl).password !== '') return ok(about, `${version}, with a password`);
    return warn(
      about,
      `${version}, open: whoever reaches it may undo rate limits`,
      'Set requirepass there and put the password into REDIS_URL.',
    );
  } catch (error) {
    return warn(
      about,
      `${hideSecrets(redisUrl)} does not answer (${reasonOf(error)})`,
      'Until it does, rate limits hold for each worker alone.',
    );
  } finally {
    redis.disconnect();
  }
}

export async function checkDisks({
  diskFolders,
  diskFreeBytesMin,
  diskFreeBytesWarn,
}: ClusterConfig): Promise<Finding> {
  const about = 'disk';
  try {
    const disks = await disksOf(diskFolders);
    const { folder, freeBytes } = disks.reduce((least, disk) =>
      disk.freeBytes < least.freeBytes ? disk : least,
    );
    const says = `${formatBytes(freeBytes)} free at ${folder}`;
    const below = `writing is refused below ${formatBytes(diskFreeBytesMin)}`;
    if (freeBytes < diskFreeBytesMin) return fail(about, says, `Make room: ${below}, reading goes on.`);
    if (freeBytes < diskFreeBytesWarn) return warn(about, says, `Make room: ${below}.`);
    return ok(about, `${says}; ${below}`);
  } catch (error) {
    return warn(about, `cannot be read (${reasonOf(error)})`, 'See SKEIN_STATE_DIR and SKEIN_DISK_FOLDERS.');
  }
}

export async function checkBlobs(
  { blobDir }: ClusterConfig,
  gatewayHosts: readonly string[],
): Promise<Finding> {
  const about = 'uploads';
  if (blobDir === '') {
    return warn(
      about,
      'SKEIN_BLOB_DIR is not set here',
      'Hosts where it is not set take no uploads; run this with their settings.',
    );
  }
  try {
    await mayAccess(blobDir, constants.W_OK);
  } catch (error) {
    return fail(
      about,
      `${blobDir} cannot be written (${reasonOf(error)})`,
      'Make it writable for the user that Skein runs as.',
    );
  }
  if (gatewayHosts.length < 2) return ok(about, `${blobDir} is writable`);
  return warn(
    about,
    `${blobDir} is writable here, but ${gatewayHosts.length} hosts take sockets (${gatewayHosts.join(', ')})`,
    'It has to be the same folder on all of them, such as a mount over the network.',
  );
}

export async function checkPublicUrl(publicUrl: string): Promise<Finding> {
  const about = 'public address';
  try {
    const answer = await fetch(`${publicUrl}/readyz`, { signal: AbortSignal.timeout(timeoutMs) });
    if (answer.ok) return ok(about, `${publicUrl} answers as ready`);
    const { missing } = (await answer.json().catch(() => ({}))) as { missing?: string[] };
    return fail(
      about,
      `${publicUrl} answers ${answer.status}${missing ? `: ${missing.join(', ')}` : ''}`,
      'skein status says what is missing.',
    );
  } catch (error) {
    return fail(
      about,
      `${publicUrl} does not answer (${causeOf(error)})`,
      'Set SKEIN_PUBLIC_URL here as it is for the hosts, and see the proxy in front of them.',
    );
  }
}

/** @param builtIn some host runs the built-in provider */
export async function checkIdentity({ issuers }: ClusterConfig, publicUrl: string): Promise<Finding[]> {
  const builtIn = await discover(`${publicUrl}/oauth`);
  const outside = await Promise.all(issuers.map(checkIssuer));
  if (builtIn === null)
    return [ok('sign-in', `the built-in provider answers at ${publicUrl}/oauth`), ...outside];
  if (outside.length > 0) return outside;
  return [
    warn(
      'sign-in',
      `no built-in provider at ${publicUrl}/oauth (${builtIn}), and SKEIN_OIDC_ISSUERS is not set here`,
      'Nobody can sign in, unless the hosts know issuers that are not set here.',
    ),
  ];
}

async function checkIssuer(issuer: string): Promise<Finding> {
  const trouble = await discover(issuer);
  if (trouble === null) return ok('sign-in', `${issuer} answers`);
  return fail(
    'sign-in',
    `${issuer} does not answer (${trouble})`,
    'Its people cannot sign in until it does.',
  );
}

/** Null when it answers as an OIDC provider. */
async function discover(issuer: string): Promise<string | null> {
  try {
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    return answer.ok ? null : `status ${answer.status}`;
  } catch (error) {
    return causeOf(error);
  }
}

/** The reason that fetch hides behind "fetch failed". */
function causeOf(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : reasonOf(error);
}
