// How NATS is reached and with which credentials, read from the settings. Passwords never stay in the address, which is
// shown and logged.
import { readFileSync } from 'node:fs';
import { ConfigError } from './config-error.ts';

export type NatsCredentials =
  /** For a NATS that lets everybody in. */
  | { readonly kind: 'none' }
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  /** An Ed25519 key: the server knows its public half, and gets a signature. */
  | { readonly kind: 'nkey'; readonly seed: string }
  /** A user's JWT with its key, as `nsc` writes it. */
  | { readonly kind: 'creds'; readonly text: string };

export interface NatsAccess {
  /** Without credentials. */
  readonly url: string;
  readonly credentials: NatsCredentials;
  /** Of the authority that signed the server's certificate; empty: the system's. */
  readonly caFile: string;
  /** Begins the subjects on which answers come: each role has its own, which others may not listen to. */
  readonly inboxPrefix: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws ConfigError. */
export function readNatsAccess(environment: Environment, address: string): NatsAccess {
  const url = URL.parse(address.includes('://') ? address : `nats://${address}`);
  if (!url) throw new ConfigError('NATS_URL must look like nats://host:4222');
  const { username, password } = url;
  url.username = url.password = '';
  const seed = environment['SKEIN_NATS_SEED'] ?? '';
  return {
    url: url.href.replace(/\/$/, ''),
    credentials: username
      ? { kind: 'password', user: decodeURIComponent(username), password: decodeURIComponent(password) }
      : (fromFile(environment) ?? (seed ? { kind: 'nkey', seed } : { kind: 'none' })),
    caFile: environment['SKEIN_NATS_CA_FILE'] ?? '',
    inboxPrefix: `_INBOX.${environment['SKEIN_NATS_ROLE'] || 'other'}`,
  };
}

function fromFile(environment: Environment): NatsCredentials | null {
  const creds = environment['SKEIN_NATS_CREDS_FILE'];
  if (creds) return { kind: 'creds', text: read(creds, 'SKEIN_NATS_CREDS_FILE') };
  const nkey = environment['SKEIN_NATS_NKEY_FILE'];
  if (!nkey) return null;
  const seed = /^SU[A-Z2-7]{50,}$/m.exec(read(nkey, 'SKEIN_NATS_NKEY_FILE'))?.[0];
  if (seed) return { kind: 'nkey', seed };
  throw new ConfigError(`SKEIN_NATS_NKEY_FILE (${nkey}) holds no user's seed, which begins with SU.`);
}

function read(file: string, setting: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`${setting} cannot be read (${String(error)}).`);
  }
}
