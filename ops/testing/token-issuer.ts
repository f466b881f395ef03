// An outside OIDC issuer for tests and loads: signs tokens for whoever is named, so that thousands of people need not
// walk through sign-up pages. Skein accepts it by configuration (SKEIN_OIDC_ISSUERS), as it would any issuer. Run as a
// program, it prints its address and hands out tokens at POST /tokens.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface TokenOptions {
  readonly expiresInSeconds?: number;
  readonly audience?: string;
  /** How long ago it was issued. */
  readonly ageSeconds?: number;
  /** The sign-in that it names. */
  readonly sid?: string;
}

export interface TokenIssuer {
  readonly issuer: string;
  /** An access token for a person of this issuer. */
  token(subject: string, options?: TokenOptions): Promise<string>;
  close(): void;
}

const algorithm = 'ES256';
const keyId = 'test';

export async function startTokenIssuer(): Promise<TokenIssuer> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm);
  const jwk = { ...(await exportJWK(publicKey)), kid: keyId, alg: algorithm, use: 'sig' };
  let issuer = '';
  const nowSeconds = () => Math.floor(Date.now() / 1000);
  const token: TokenIssuer['token'] = (
    subject,
    { expiresInSeconds = 3600, audience = 'skein', ageSeconds = 0, sid } = {},
  ) =>
    new SignJWT({ preferred_username: subject, name: `Person ${subject}`, ...(sid && { sid }) })
      .setProtectedHeader({ alg: algorithm, kid: keyId })
      .setIssuer(issuer)
      .setSubject(subject)
      .setAudience(audience)
      .setIssuedAt(nowSeconds() - ageSeconds)
      .setExpirationTime(nowSeconds() + expiresInSeconds)
      .sign(privateKey);
  const answers: Record<string, () => unknown> = {
    '/.well-known/openid-configuration': () => ({ issuer, jwks_uri: `${issuer}/jwks` }),
    '/jwks': () => ({ keys: [jwk] }),
  };
  const server = createServer((request, response) => {
    const send = (value: unknown) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
    const answer = answers[request.url ?? ''];
    if (answer) return void send(answer());
    if (request.url !== '/tokens') return void response.writeHead(404).end();
    void request.toArray().then(async (chunks) => {
      const subjects = JSON.parse(Buffer.concat(chunks).toString()) as string[];
      send(await Promise.all(subjects.map((subject) => token(subject))));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { issuer, token, close: () => void server.close() };
}

if (import.meta.main) {
  const { issuer } = await startTokenIssuer();
  process.stdout.write(`${issuer}\n`);
  process.on('disconnect', () => process.exit(0));
}
