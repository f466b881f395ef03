// A connection to NATS that outlives every restart of the server: it reconnects for ever, quickly.
import {
  AuthorizationError,
  connect,
  credsAuthenticator,
  nkeyAuthenticator,
  PermissionViolationError,
  usernamePasswordAuthenticator,
  type Authenticator,
  type ConnectionOptions,
  type NatsConnection,
} from '@nats-io/transport-node';
import type { Log } from '../../actors/runtime/ports.ts';
import { ConfigError } from '../config-error.ts';
import type { NatsAccess, NatsCredentials } from '../nats-access.ts';

/** @param log told when NATS refuses a subject: the table of rights does not know of it */
export async function connectNats(access: NatsAccess, name: string, log?: Log): Promise<NatsConnection> {
  const connection = await connect({
    ...natsOptions(access),
    name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
    reconnectJitter: 50,
    waitOnFirstConnect: true,
    pingInterval: 5_000,
    maxPingOut: 2,
    timeout: 2_000,
    // A stack for each request costs more than the request.
    noAsyncTraces: true,
  });
  if (log) void tellRefusals(connection, log);
  return connection;
}

async function tellRefusals(connection: NatsConnection, log: Log): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type !== 'error' || !(status.error instanceof PermissionViolationError)) continue;
    const { operation, subject } = status.error;
    log.error({ operation, subject }, 'NATS refused this: no row of the table of rights allows it');
  }
}

/** Where, as whom, and over which kind of line. */
export function natsOptions({ url, credentials, caFile, inboxPrefix }: NatsAccess): ConnectionOptions {
  const wantsTls = url.startsWith('tls:') || caFile !== '';
  const authenticator = authenticatorOf(credentials);
  return {
    servers: url.replace(/^\w+:\/\//, ''),
    inboxPrefix,
    // Restarted with new keys, a server may refuse for a moment.
    ignoreAuthErrorAbort: true,
    ...(authenticator && { authenticator }),
    ...(wantsTls && { tls: caFile === '' ? {} : { caFile } }),
  };
}

function authenticatorOf(credentials: NatsCredentials): Authenticator | null {
  switch (credentials.kind) {
    case 'none':
      return null;
    case 'password':
      return usernamePasswordAuthenticator(credentials.user, credentials.password);
    case 'nkey':
      return nkeyAuthenticator(new TextEncoder().encode(credentials.seed));
    case 'creds':
      return credsAuthenticator(new TextEncoder().encode(credentials.text));
  }
}

/** Throws ConfigError when NATS is there and will not do, which waiting does not change. */
export async function requireAdmission(access: NatsAccess): Promise<void> {
  try {
    const connection = await connect({ ...natsOptions(access), reconnect: false, timeout: 2_000 });
    await connection.close();
  } catch (error) {
    if (error instanceof AuthorizationError) {
      throw new ConfigError(
        `NATS at ${access.url} refuses ${describe(access.credentials)}. ${advice} (docs/security.md).`,
      );
    }
    const why = distrustOf(error);
    if (why === null) return;
    throw new ConfigError(
      `NATS at ${access.url} cannot be trusted (${why}). SKEIN_NATS_CA_FILE names the authority that signed its certificate.`,
    );
  }
}

/** The reason when it was the certificate, or the lack of one; null for anything else. */
function distrustOf(error: unknown): string | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code = '' } = at as { code?: string };
    if (/CERT|LEAF_SIGNATURE/.test(code) || /does not support 'tls'/.test(at.message)) return at.message;
  }
  return null;
}

const advice =
  'A host that joins needs the file of the cluster’s secret (SKEIN_CLUSTER_SECRET_FILE); a NATS of yours needs the users that "skein nats-users" prints, or has to be named with credentials of its own';

function describe(credentials: NatsCredentials): string {
  switch (credentials.kind) {
    case 'none':
      return 'who has no credentials';
    case 'password':
      return `the user ${credentials.user} with this password`;
    case 'nkey':
      return 'the key of this host';
    case 'creds':
      return 'these credentials';
  }
}
