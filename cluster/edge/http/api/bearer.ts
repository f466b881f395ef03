// Caller of a request over HTTP (ACC-2): the access token in its `authorization` header, checked as the socket's is.
import { TokenRefused, type Authenticator, type Identity } from '../../gateway/authenticator.ts';
import { limits } from '../../../../protocol/limits.ts';
import type { Exchange } from './exchange.ts';
import { Refusal } from './problem.ts';

const scheme = /^bearer +([\w.~+/-]+=*) *$/i;

/** Throws a Refusal that says why not, with the challenge that RFC 6750 asks for. */
export async function authenticate(exchange: Exchange, authenticator: Authenticator): Promise<Identity> {
  const token = scheme.exec(exchange.header('authorization'))?.[1];
  if (token === undefined) {
    const detail = 'The request needs a header "Authorization: Bearer <access token>".';
    throw new Refusal('unauthenticated', { detail, headers: { 'www-authenticate': 'Bearer' } });
  }
  const refused = { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } };
  if (token.length > limits.tokenLengthMax) throw new Refusal('unauthenticated', refused);
  try {
    return await authenticator.verify(token);
  } catch (error) {
    if (error instanceof TokenRefused) throw new Refusal('unauthenticated', refused);
    // The issuer does not answer, so that nobody can be told apart now.
    throw new Refusal('unavailable');
  }
}
