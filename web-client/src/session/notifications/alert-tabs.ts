// The tabs of one account in one browser agree on alerts: one of them shows them, and none does while any of them is
// looked at. The browser's locks say so, and let go by themselves of a tab that is closed or crashes.
import type { Kept } from '../device/kept.ts';
import { alertSetting } from './alert-setting.ts';

export class AlertTabs {
  readonly #kept: Kept;
  readonly #looking: string;
  readonly #stop = new AbortController();
  #leads = false;
  /** Lets go of the lock that says this tab is looked at; null while it is hidden. */
  #lookAway: (() => void) | null = null;

  constructor(userId: string, kept: Kept) {
    this.#kept = kept;
    this.#looking = `skein.looking.${userId}`;
    const { signal } = this.#stop;
    const leading = async () => {
      this.#leads = true;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    };
    navigator.locks.request(`skein.alerts.${userId}`, { signal }, leading).catch(() => undefined);
    document.addEventListener('visibilitychange', () => this.#look(), { signal });
    this.#look();
  }

  stop(): void {
    this.#stop.abort();
    this.#leads = false;
    this.#lookAway?.();
  }

  /** Whether this tab is to show an alert now. */
  async wantAlert(): Promise<boolean> {
    if (!this.#leads || alertSetting(this.#kept) !== 'on') return false;
    const { held = [] } = await navigator.locks.query();
    return held.every(({ name }) => name !== this.#looking);
  }

  #look(): void {
    const isSeen = document.visibilityState === 'visible';
    if (isSeen === (this.#lookAway !== null)) return;
    if (!isSeen) {
      this.#lookAway?.();
      this.#lookAway = null;
      return;
    }
    const away = Promise.withResolvers<void>();
    this.#lookAway = away.resolve;
    navigator.locks.request(this.#looking, { mode: 'shared' }, () => away.promise).catch(() => undefined);
  }
}
