// Whether somebody is signed in, for the page to show one thing or the other. Follows what other tabs do.
import { redirectPath } from './provider.ts';
import { clearSession, loadSession, watchSession } from './session-storage.ts';
import { completeSignIn, signInFailure } from './sign-in.ts';

export type AccountState =
  | { readonly name: 'signed_out'; readonly reason: string | null }
  | { readonly name: 'completing' }
  | { readonly name: 'signed_in'; readonly userId: string };

export class Account {
  readonly #listeners = new Set<() => void>();
  #state: AccountState;

  constructor() {
    const session = loadSession();
    this.#state = session
      ? { name: 'signed_in', userId: session.userId }
      : { name: 'signed_out', reason: null };
    watchSession(() => this.#reload());
  }

  readonly get = (): AccountState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Finishes a sign-in when the provider has just sent the browser back. */
  async start(): Promise<void> {
    if (location.pathname !== redirectPath) return;
    this.#become({ name: 'completing' });
    try {
      const returnTo = await completeSignIn();
      history.replaceState(null, '', returnTo);
      this.#reload();
    } catch (error) {
      history.replaceState(null, '', '/');
      if (loadSession()) return this.#reload(); // the callback was reloaded: signed in already
      this.ended(signInFailure(error));
    }
  }

  /** The session is over, for a reason to show. */
  ended(reason: string | null): void {
    // It may be that of someone who has been followed by another one in another tab.
    const next = loadSession();
    if (this.#state.name === 'signed_in' && next && next.userId !== this.#state.userId) return this.#reload();
    clearSession();
    this.#become({ name: 'signed_out', reason });
  }

  #reload(): void {
    const session = loadSession();
    if (!session) {
      if (this.#state.name !== 'signed_out') this.ended('You were signed out.');
      return;
    }
    if (this.#state.name === 'signed_in' && this.#state.userId === session.userId) return;
    this.#become({ name: 'signed_in', userId: session.userId });
  }

  #become(state: AccountState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
