// Leaving: this browser forgets the tokens, and the identity provider ends its own session.
import { provider } from './provider.ts';
import { clearSession, loadSession } from './session-storage.ts';

/** Leaves the page for the provider; when that cannot be reached, only this browser forgets. */
export async function signOut(): Promise<void> {
  const session = loadSession();
  clearSession();
  try {
    const { server } = await provider();
    if (!server.end_session_endpoint) return;
    const url = new URL(server.end_session_endpoint);
    url.searchParams.set('client_id', 'skein-web');
    url.searchParams.set('post_logout_redirect_uri', `${location.origin}/`);
    if (session?.idToken) url.searchParams.set('id_token_hint', session.idToken);
    location.assign(url);
  } catch {
    // The landing page is shown; the provider's session ends by itself.
  }
}
