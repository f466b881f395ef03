// NATS: there, new enough, with JetStream, with room, and writing to the disk before it acknowledges.
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { AuthorizationError, connect, type NatsConnection } from '@nats-io/transport-node';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { natsOptions } from '../../../cluster/fabric/nats.ts';
import {
  formatVersion,
  isGoodEnough,
  parseVersion,
  versionFloor,
  versionWarning,
} from '../../embedded/nats-version.ts';
import { reasonOf } from '../errors.ts';
import { formatBytes } from '../terminal/numbers.ts';
import type { Target } from '../target.ts';
import { fail, isLoopback, ok, warn, type Finding } from './finding.ts';

const timeoutMs = 3_000;
/** Of JetStream's storage; above it, one more journal may not find room. */
const fullFrom = 0.8;

export async function checkNats(connection: NatsConnection, target: Target): Promise<Finding[]> {
  return [
    checkVersion(connection),
    await checkRoundTrip(connection),
    await checkAccess(target),
    ...checkLine(connection, target),
    ...(await checkJetStream(connection)),
    checkSync(target),
  ];
}

function checkVersion({ info }: NatsConnection): Finding {
  const about = 'NATS version';
  const version = parseVersion(info?.version ?? '');
  if (!version)
    return warn(about, `unknown (${info?.version})`, `It has to be ${formatVersion(versionFloor)} or newer.`);
  if (isGoodEnough(version)) return ok(about, formatVersion(version));
  return fail(
    about,
    `${formatVersion(version)}, older than ${formatVersion(versionFloor)}`,
    versionWarning(version)!.replace(/^WARNING: /, ''),
  );
}

async function checkRoundTrip(connection: NatsConnection): Promise<Finding> {
  const ms = await connection.rtt();
  const says = `answers within ${ms} ms`;
  if (ms < 20) return ok('NATS', says);
  return warn('NATS', says, 'Every message waits for it twice: it should be near the workers.');
}

/** Knocks as a stranger would. */
async function checkAccess({ nats }: Target): Promise<Finding> {
  const about = 'NATS access';
  const stranger = { ...natsOptions({ ...nats, credentials: { kind: 'none' } }), reconnect: false };
  try {
    const connection = await connect({ ...stranger, timeout: timeoutMs });
    await connection.close();
    return fail(
      about,
      'open: whoever reaches it may read every message, and write as anybody',
      'Put the users that "skein nats-users" prints into its configuration (docs/security.md).',
    );
  } catch (error) {
    return error instanceof AuthorizationError
      ? ok(about, `by ${kinds[nats.credentials.kind]}; a stranger is refused`)
      : warn(about, `it cannot be told whether a stranger is refused (${reasonOf(error)})`, 'Try again.');
  }
}

/** Nothing to say about a line that does not leave the machine. */
function checkLine({ info }: NatsConnection, { nats }: Target): Finding[] {
  const about = 'NATS line';
  if (info?.tls_required || (info?.tls_available && nats.url.startsWith('tls:')))
    return [ok(about, 'encrypted')];
  if (isLoopback(new URL(nats.url).hostname)) return [];
  return [
    warn(
      about,
      'not encrypted: whoever is on the way reads every message',
      'Give NATS a certificate (tls { cert_file, key_file }) and write tls:// in NATS_URL.',
    ),
  ];
}

const kinds = {
  none: 'nothing',
  password: 'a password',
  nkey: 'the key of each role',
  creds: 'a credentials file',
} as const;

async function checkJetStream(connection: NatsConnection): Promise<Finding[]> {
  try {
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: timeoutMs });
    return [ok('JetStream', 'on'), await checkRoom(manager)];
  } catch (error) {
    return [
      fail(
        'JetStream',
        `does not answer (${reasonOf(error)})`,
        'Switch it on: jetstream { store_dir: … } in the configuration of NATS.',
      ),
    ];
  }
}

async function checkRoom(manager: JetStreamManager): Promise<Finding> {
  const about = 'JetStream storage';
  const { storage, limits } = await manager.getAccountInfo();
  if (limits.max_storage <= 0) {
    return ok(
      about,
      `${formatBytes(storage)} used; without a limit for this account, so watch the disk of NATS`,
    );
  }
  const says = `${formatBytes(storage)} of ${formatBytes(limits.max_storage)} used`;
  if (storage < fullFrom * limits.max_storage) return ok(about, says);
  return fail(about, says, 'Raise max_file, or see why journals are not projected: skein journal status.');
}

/** NATS does not tell its clients; of an embedded one the configuration is here. */
function checkSync({ source }: Target): Finding {
  const about = 'NATS sync interval';
  const advice =
    'sync_interval: always (or a second at most) in its jetstream section, so that a power cut loses nothing acknowledged.';
  try {
    const text = readFileSync(path.join(source, 'nats', 'nats.conf'), 'utf8');
    const interval = /sync_interval:\s*"?([^\s"}]+)/.exec(text)?.[1];
    if (interval === undefined) return warn(about, 'not set: 2 minutes', `Set ${advice}`);
    return interval === 'always'
      ? ok(about, interval)
      : ok(about, `${interval}: what a power cut may lose of it`);
  } catch {
    return warn(about, 'cannot be seen from here', `Make sure of ${advice}`);
  }
}
