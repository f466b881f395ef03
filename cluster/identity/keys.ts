// The secrets every identity process of an installation shares: the key that signs tokens and the one that signs
// cookies. Made once, by whichever process comes first, and kept in PostgreSQL.
import { randomBytes } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import type { JWK } from 'jose';
import type pg from 'pg';

/** Cheaper to verify than Ed25519 with OpenSSL on x86-64: 47 µs against 62 µs a token, 100 against 125 in jose. */
export const signingAlgorithm = 'ES256';
const keyCreationLock = '7525403110212';

export interface IdentityKeys {
  /** Private JWKs, the newest first; the provider publishes their public halves. */
  readonly signing: readonly JWK[];
  /** The newest first: it signs, the others still verify. */
  readonly cookieSecrets: readonly string[];
}

type Purpose = 'sign' | 'cookie';

export async function loadKeys(database: pg.Pool): Promise<IdentityKeys> {
  const client = await database.connect();
  let failure: Error | undefined;
  try {
    await client.query('begin');
    // Two processes that start together must end up with the same keys.
    await client.query('select pg_advisory_xact_lock($1)', [keyCreationLock]);
    const signing = await loadOrCreate(client, 'sign', createSigningKey);
    const cookies = await loadOrCreate(client, 'cookie', createCookieKey);
    await client.query('commit');
    return { signing, cookieSecrets: cookies.map(({ k }) => k ?? '') };
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    // A connection that failed inside a transaction is closed, not reused.
    client.release(failure);
  }
}

async function loadOrCreate(
  client: pg.PoolClient,
  purpose: Purpose,
  create: () => Promise<JWK>,
): Promise<JWK[]> {
  const { rows } = await client.query<{ jwk: JWK }>(
    'select jwk from identity_keys where purpose = $1 order by created_at desc, kid',
    [purpose],
  );
  if (rows.length > 0) return rows.map(({ jwk }) => jwk);
  const jwk = await create();
  await client.query('insert into identity_keys (kid, purpose, jwk) values ($1, $2, $3)', [
    jwk.kid,
    purpose,
    jwk,
  ]);
  return [jwk];
}

async function createSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(signingAlgorithm, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: signingAlgorithm, use: 'sig' };
}

async function createCookieKey(): Promise<JWK> {
  const jwk = { kty: 'oct', k: randomBytes(32).toString('base64url') };
  return { ...jwk, kid: await calculateJwkThumbprint(jwk) };
}
