// The users of NATS, one for each role, with keys that follow from the cluster's secret. The server's configuration holds
// public keys alone, so whoever reads it cannot sign in.
import { nkeys } from '@nats-io/transport-node';
import type { ClusterSecret } from '../../cluster-secret.ts';
import type { NatsAccess } from '../../nats-access.ts';
import { answeringRoles, inboxOf, natsRoles, natsTable, type NatsRole } from './nats-table.ts';

/** The seed of a role's key. @param role or any other name, for a user that the table does not know */
export function natsSeedOf(secret: ClusterSecret, role: string): string {
  return encodeSeed(secret.derive(`nats ${role}`));
}

/** The address as that role, unless the settings name credentials. */
export function accessAs(access: NatsAccess, role: NatsRole, secret: ClusterSecret | null): NatsAccess {
  const { credentials } = access;
  const own = credentials.kind === 'none' && secret !== null;
  return {
    ...access,
    inboxPrefix: inboxOf(role),
    credentials: own ? { kind: 'nkey', seed: natsSeedOf(secret, role) } : credentials,
  };
}

export interface UsersOptions {
  readonly secret: ClusterSecret;
  readonly namespace: string;
  /** Names of users without limits, for tests. */
  readonly unlimited?: readonly string[];
}

/** The `authorization` block of a server's configuration. */
export function authorizationOf({ secret, namespace, unlimited = [] }: UsersOptions): string {
  const users = [
    ...natsRoles.map((role) => ({
      nkey: publicKeyOf(secret, role),
      permissions: permissionsOf(namespace, role),
    })),
    ...unlimited.map((name) => ({ nkey: publicKeyOf(secret, name) })),
  ];
  return `authorization ${JSON.stringify({ users }, null, 2)}`;
}

function permissionsOf(namespace: string, role: NatsRole) {
  const table = natsTable(namespace);
  const subjects = (of: 'publish' | 'listen') =>
    table.filter((row) => row[of].includes(role)).map(({ subject }) => subject);
  return {
    publish: subjects('publish'),
    subscribe: subjects('listen'),
    ...(answeringRoles.includes(role) && { allow_responses: true }),
  };
}

function publicKeyOf(secret: ClusterSecret, role: string): string {
  return nkeys.fromSeed(new TextEncoder().encode(natsSeedOf(secret, role))).getPublicKey();
}

/** A user's seed as NATS writes it: two bytes that say what it is, the 32, a checksum, all in base 32. */
function encodeSeed(raw: Buffer): string {
  const seedOfUser = Buffer.from([0x95, 0x00]);
  const bytes = Buffer.concat([seedOfUser, raw]);
  const checksum = Buffer.alloc(2);
  checksum.writeUInt16LE(crc16(bytes));
  return base32(Buffer.concat([bytes, checksum]));
}

/** CRC-16/XMODEM. */
function crc16(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++)
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
}

/** RFC 4648 without padding. */
function base32(bytes: Buffer): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = 0;
  let value = 0;
  let text = '';
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xffff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += alphabet[(value >>> (bits - 5)) & 31];
  }
  return bits > 0 ? text + alphabet[(value << (5 - bits)) & 31] : text;
}
