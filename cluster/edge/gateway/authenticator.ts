// Identity behind a token (ACC-1, ACC-2). Tokens are JWTs of the built-in provider or of an outside issuer; their
// signatures are checked against the issuer's published keys, which are fetched once and kept.
import { limits } from '../../../protocol/limits.ts';
import { cutTo } from '../../../protocol/text/graphemes.ts';
import { cleanName } from '../../../protocol/text/visible.ts';
import {
  createRemoteJWKSet,
  decodeJwt,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import { proxyHeader } from '../../proxy-header.ts';
import { uuidOf } from '../../../actors/runtime/derived-id.ts';
import type { EndedSessions } from './ended-sessions.ts';

export interface Identity {
  readonly userId: string;
  /** As the token says; a wish only, for people of an outside issuer. */
  readonly handle: string;
  readonly displayName: string | null;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  /** The sign-in that the token belongs to; null when it names none. */
  readonly sessionId: string | null;
  /** Vouched for by an outside issuer: may have no row yet. */
  readonly isExternal: boolean;
}

/** The token is not valid; signing in again is the only way. */
export class TokenRefused extends Error {
  override readonly name: string = 'TokenRefused';
}

/** The token would be valid, but its sign-in was ended. */
export class SignedOut extends TokenRefused {
  override readonly name = 'SignedOut';
}

export interface AuthenticatorOptions {
  /** The built-in provider's issuer, and where its keys are fetched; null: there is none. */
  readonly builtIn: {
    readonly issuer: string;
    readonly jwksUrl: string;
    readonly proxySecret: string;
  } | null;
  readonly externalIssuers: readonly string[];
  readonly ended: Pick<EndedSessions, 'has' | 'ageMs'>;
}

const audience = 'skein';
const algorithms = ['ES256', 'EdDSA', 'RS256', 'PS256'];
const clockToleranceSeconds = 5;
/** A sign-out is remembered for as long; what an outside issuer signs for longer is refused after it. */
const outsideTokenAgeMax = '24 hours';

export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #keys = new Map<string, Promise<JWTVerifyGetKey>>();

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    if (options.builtIn) {
      const { issuer, jwksUrl, proxySecret } = options.builtIn;
      const headers = { [proxyHeader]: proxySecret };
      this.#keys.set(issuer, Promise.resolve(createRemoteJWKSet(new URL(jwksUrl), { headers })));
    }
  }

  /** Throws TokenRefused; any other error means that it cannot be told now (the issuer does not answer). */
  async verify(token: string): Promise<Identity> {
    if (this.#options.ended.ageMs === null) throw new Error('the list of ended sessions is not here yet');
    const issuer = this.#issuerOf(token);
    const keys = await this.#keysOf(issuer);
    const identity = this.#identityOf(issuer, await this.#check(token, issuer, keys));
    this.refuseEnded(identity);
    return identity;
  }

  /** To be asked again after anything that was waited for. Throws SignedOut. */
  refuseEnded(identity: Identity): void {
    if (this.#options.ended.has(identity)) throw new SignedOut('the sign-in was ended');
  }

  async #check(token: string, issuer: string, keys: JWTVerifyGetKey): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms,
        clockTolerance: clockToleranceSeconds,
        requiredClaims: ['sub', 'exp'],
        ...(issuer !== this.#options.builtIn?.issuer && { maxTokenAge: outsideTokenAgeMax }),
      });
      return payload;
    } catch (error) {
      const temporary = error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError);
      throw temporary ? error : new TokenRefused(error.message);
    }
  }

  #issuerOf(token: string): string {
    let issuer: string | undefined;
    try {
      issuer = decodeJwt(token).iss;
    } catch {
      throw new TokenRefused('not a JWT');
    }
    const known =
      issuer === this.#options.builtIn?.issuer || this.#options.externalIssuers.includes(issuer ?? '');
    if (issuer === undefined || !known) throw new TokenRefused('the issuer is not one of this server');
    return issuer;
  }

  #keysOf(issuer: string): Promise<JWTVerifyGetKey> {
    const known = this.#keys.get(issuer);
    if (known) return known;
    const discovered = discoverKeys(issuer);
    this.#keys.set(issuer, discovered);
    // A failed discovery is tried again by the next token.
    discovered.catch(() => this.#keys.delete(issuer));
    return discovered;
  }

  #identityOf(issuer: string, payload: JWTPayload): Identity {
    const isExternal = issuer !== this.#options.builtIn?.issuer;
    const subject = payload.sub!;
    const userId = isExternal ? userIdOf(issuer, subject) : subject;
    const handle = payload['handle'] ?? payload['preferred_username'] ?? `user_${userId.slice(0, 8)}`;
    const name = payload['name'];
    return {
      userId,
      handle: String(handle),
      displayName:
        typeof name === 'string' ? cutTo(cleanName(name), limits.displayNameLengthMax) || null : null,
      issuedAtMs: (payload.iat ?? 0) * 1000,
      expiresAtMs: payload.exp! * 1000,
      sessionId: sessionIdOf(isExternal ? issuer : null, payload['sid']),
      isExternal,
    };
  }
}

async function discoverKeys(issuer: string): Promise<JWTVerifyGetKey> {
  const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(5_000),
  });
  if (!answer.ok) throw new Error(`discovery at ${issuer} answered ${answer.status}`);
  const { jwks_uri: jwksUri } = (await answer.json()) as { jwks_uri?: string };
  if (!jwksUri) throw new Error(`discovery at ${issuer} names no keys`);
  return createRemoteJWKSet(new URL(jwksUri));
}

/** Issuers may give the same ids to their sessions. */
function sessionIdOf(externalIssuer: string | null, sid: unknown): string | null {
  if (typeof sid !== 'string') return null;
  return externalIssuer === null ? sid : uuidOf(`${externalIssuer}\n${sid}`);
}

/** The same person of an outside issuer always gets the same id: a version 8 UUID of issuer and subject. */
export function userIdOf(issuer: string, subject: string): string {
  return uuidOf(`${issuer}\n${subject}`);
}
