// The secrets every identity process of an installation shares: the key that signs tokens and the one that signs
// cookies. Made once, by whichever process comes first, and kept in PostgreSQL, sealed by a key that follows from the
// cluster's secret: a copy of the database signs nothing. Retired keys sign no more; what they signed is believed for as
// long as it may be valid.
import { randomBytes } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import type { JWK } from 'jose';
import type pg from 'pg';
import type { KeySealer } from './key-sealer.ts';

/** Cheaper to verify than Ed25519 with OpenSSL on x86-64: 47 µs against 62 µs a token, 100 against 125 in jose. */
export const signingAlgorithm = 'ES256';
const keyCreationLock = '7525403110212';
/** The life of an access token, and of a browser's session. */
const believedSeconds = { sign: 3_600, cookie: 14 * 24 * 3_600 } as const;

export interface IdentityKeys {
  /** Private JWKs, the newest first; the provider publishes their public halves. */
  readonly signing: readonly JWK[];
  /** Public halves of keys that sign no more, each until when it is published. */
  readonly retired: readonly { readonly jwk: JWK; readonly untilMs: number }[];
  /** The newest first: it signs, the others still verify. */
  readonly cookieSecrets: readonly string[];
}

/** The keys are there, and this host has not the secret that sealed them. Trying again does not help. */
export class KeysSealedElsewhere extends Error {
  override readonly name = 'KeysSealedElsewhere';
}

type Purpose = 'sign' | 'cookie';

interface KeyRow {
  readonly kid: string;
  readonly jwk: JWK;
  readonly sealed: Buffer | null;
  readonly sealed_by: string | null;
  readonly retired_at: Date | null;
}

export async function loadKeys(database: pg.Pool, sealer: KeySealer): Promise<IdentityKeys> {
  return inTransaction(database, async (client) => {
    // Two processes that start together must end up with the same keys.
    await client.query('select pg_advisory_xact_lock($1)', [keyCreationLock]);
    const signRows = await readRows(client, 'sign');
    const signing = await openOrCreate(client, sealer, 'sign', signRows);
    const cookieRows = await sealLegacy(client, sealer, await readRows(client, 'cookie'));
    const cookies = await openOrCreate(client, sealer, 'cookie', cookieRows);
    const past = cookieRows.filter(({ retired_at, sealed_by }) => retired_at && sealed_by === sealer.name);
    return {
      signing,
      retired: signRows.flatMap(({ jwk, retired_at }) =>
        retired_at ? [{ jwk, untilMs: retired_at.getTime() + believedSeconds.sign * 1000 }] : [],
      ),
      cookieSecrets: [...cookies, ...past.map((row) => openRow(sealer, 'cookie', row))].map(({ k }) => k!),
    };
  });
}

/** Retires all keys: the next start of the identity provider makes new ones. Answers how many there were. */
export async function retireKeys(database: Pick<pg.ClientBase, 'query'>): Promise<number> {
  const text = 'update identity_keys set retired_at = now() where retired_at is null';
  return (await database.query(text)).rowCount ?? 0;
}

async function readRows(client: pg.PoolClient, purpose: Purpose): Promise<KeyRow[]> {
  const { rows } = await client.query<KeyRow>(
    `select kid, jwk, sealed, sealed_by, retired_at from identity_keys
     where purpose = $1 and (retired_at is null or retired_at > now() - make_interval(secs => $2))
     order by created_at desc, kid`,
    [purpose, believedSeconds[purpose]],
  );
  return rows;
}

async function openOrCreate(
  client: pg.PoolClient,
  sealer: KeySealer,
  purpose: Purpose,
  rows: readonly KeyRow[],
): Promise<JWK[]> {
  const present = rows.filter(({ retired_at }) => retired_at === null);
  if (present.length > 0) return present.map((row) => openRow(sealer, purpose, row));
  const jwk = await (purpose === 'sign' ? createSigningKey() : createCookieKey());
  const { d: _d, k: _k, ...open } = jwk;
  await client.query(
    'insert into identity_keys (kid, purpose, jwk, sealed, sealed_by) values ($1, $2, $3, $4, $5)',
    [jwk.kid, purpose, open, sealer.seal(JSON.stringify(jwk), contextOf(purpose, jwk.kid!)), sealer.name],
  );
  return [jwk];
}

function openRow(sealer: KeySealer, purpose: Purpose, { kid, sealed, sealed_by }: KeyRow): JWK {
  if (sealed && sealed_by === sealer.name)
    return JSON.parse(sealer.open(sealed, contextOf(purpose, kid))) as JWK;
  throw new KeysSealedElsewhere(
    `The keys of sign-in were sealed with another cluster secret (${sealed_by}, not ${sealer.name}): bring its file ` +
      'from a host that has it (SKEIN_CLUSTER_SECRET_FILE), or give the keys up with "skein renew-keys".',
  );
}

/** Cookie keys of a version that kept them in the clear. */
async function sealLegacy(
  client: pg.PoolClient,
  sealer: KeySealer,
  rows: readonly KeyRow[],
): Promise<KeyRow[]> {
  const done: KeyRow[] = [];
  for (const row of rows) {
    if (row.sealed || row.jwk.k === undefined) {
      done.push(row);
      continue;
    }
    const sealed = sealer.seal(JSON.stringify(row.jwk), contextOf('cookie', row.kid));
    await client.query(
      `update identity_keys set jwk = jwk - 'k', sealed = $2, sealed_by = $3 where kid = $1`,
      [row.kid, sealed, sealer.name],
    );
    done.push({ ...row, sealed, sealed_by: sealer.name });
  }
  return done;
}

const contextOf = (purpose: Purpose, kid: string): string => `identity ${purpose} key ${kid}`;

async function inTransaction<Value>(
  database: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Value>,
): Promise<Value> {
  const client = await database.connect();
  let failure: Error | undefined;
  try {
    await client.query('begin');
    const value = await work(client);
    await client.query('commit');
    return value;
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    // A connection that failed inside a transaction is closed, not reused.
    client.release(failure);
  }
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
