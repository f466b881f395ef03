// The signed-in session, kept over reloads and shared by tabs.
//
// The trade-off of localStorage: a script injected into this page could read the tokens. We accept it because such a
// script could as well use the open connection itself; the content security policy ('self' only, nothing inline) is
// what keeps injected scripts out. In return tabs share one session, reloads need no redirect, and no cookie means
// no cross-site request forgery. Refresh tokens rotate, so a stolen one is noticed at its second use.

export interface Session {
  readonly userId: string;
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly idToken: string | null;
  readonly expiresAtMs: number;
}

const item = 'skein.session';

export function loadSession(): Session | null {
  const text = localStorage.getItem(item);
  if (text === null) return null;
  try {
    const session = JSON.parse(text) as Session;
    return typeof session.userId === 'string' && typeof session.accessToken === 'string' ? session : null;
  } catch {
    return null;
  }
}

export function saveSession(session: Session): void {
  localStorage.setItem(item, JSON.stringify(session));
}

export function clearSession(): void {
  localStorage.removeItem(item);
}

/** Calls back when another tab signs in or out. */
export function watchSession(changed: () => void): () => void {
  const listener = (event: StorageEvent) => {
    if (event.key === item || event.key === null) changed();
  };
  window.addEventListener('storage', listener);
  return () => window.removeEventListener('storage', listener);
}
