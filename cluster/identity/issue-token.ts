// Access tokens made by an operator's program that can read the database anyway, for people who cannot click through the
// sign-in pages: demonstrations and scripts. Gateways accept them like those of a sign-in (ACC-1).
import { SignJWT, importJWK } from 'jose';
import type pg from 'pg';
import type { KeySealer } from './key-sealer.ts';
import { loadKeys, signingAlgorithm } from './keys.ts';
import { audience } from './provider.ts';
import type { Account } from './users.ts';

export interface TokenWish {
  /** The installation's public address, without a trailing slash. */
  readonly publicUrl: string;
  readonly account: Account;
  readonly lifetimeSeconds: number;
}

export async function issueAccessToken(
  database: pg.Pool,
  sealer: KeySealer,
  { publicUrl, account, lifetimeSeconds }: TokenWish,
): Promise<string> {
  const { signing } = await loadKeys(database, sealer);
  const key = signing[0]!;
  return new SignJWT({ preferred_username: account.handle, name: account.displayName })
    .setProtectedHeader({ alg: signingAlgorithm, ...(key.kid === undefined ? {} : { kid: key.kid }) })
    .setIssuer(`${publicUrl}/oauth`)
    .setAudience(audience)
    .setSubject(account.userId)
    .setIssuedAt()
    .setExpirationTime(`${lifetimeSeconds}s`)
    .sign(await importJWK(key, signingAlgorithm));
}
