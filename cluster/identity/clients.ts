// The programs that may ask people to sign in: our own, so nobody is asked whether to trust them.
import type { ClientMetadata } from 'oidc-provider';
import { signingAlgorithm } from './keys.ts';

/** Public clients: they can keep no secret, so PKCE binds the code to whoever asked for it (ACC-1). */
const firstParty = {
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  id_token_signed_response_alg: signingAlgorithm,
} as const satisfies Omit<ClientMetadata, 'client_id'>;

export function firstPartyClients(publicUrl: string): ClientMetadata[] {
  return [
    {
      ...firstParty,
      client_id: 'skein-web',
      client_name: 'Skein',
      application_type: 'web',
      redirect_uris: [`${publicUrl}/callback`],
      post_logout_redirect_uris: [`${publicUrl}/`],
    },
    {
      ...firstParty,
      client_id: 'skein-cli',
      client_name: 'Skein CLI',
      application_type: 'native',
      // Of a native client the provider compares a loopback address without its port (RFC 8252).
      redirect_uris: ['http://127.0.0.1/callback', 'http://[::1]/callback', 'http://localhost/callback'],
      post_logout_redirect_uris: ['http://127.0.0.1/', 'http://[::1]/', 'http://localhost/'],
    },
  ];
}
