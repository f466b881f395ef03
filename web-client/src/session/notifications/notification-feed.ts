// The notifications of this person: the latest page, older ones when asked for, and what is read (MEN-2). The inbox is
// followed from where the first page ends, so that nothing is counted twice or missed between the two.
import type { InboxEvent, SkeinClient } from '../../../../protocol/client/index.ts';
import { patiently } from '../patience.ts';
import type { Action } from '../../store/action.ts';
import type { ChatState } from '../../store/state.ts';
import type { Store } from '../../store/store.ts';

const pageSize = 30;

export class NotificationFeed {
  readonly #client: SkeinClient;
  readonly #store: Store<ChatState, Action>;
  readonly #signal: AbortSignal;

  constructor(client: SkeinClient, store: Store<ChatState, Action>, signal: AbortSignal) {
    this.#client = client;
    this.#store = store;
    this.#signal = signal;
  }

  async start(): Promise<void> {
    const asOfSeq = await this.load();
    if (!this.#signal.aborted) this.#client.followInbox(asOfSeq);
  }

  /** The latest page, anew; answers as of which inbox event it is, or null when there is none. */
  async load(): Promise<number | null> {
    try {
      const page = await patiently(this.#client, this.#signal, () =>
        this.#client.notifications(null, pageSize),
      );
      this.#store.dispatch({ type: 'noticesLoaded', page, older: false });
      return page.asOfSeq;
    } catch {
      this.#store.dispatch({ type: 'noticesFailed' });
      return null;
    }
  }

  async loadOlder(): Promise<void> {
    const before = this.#store.get().notifications.notices.at(-1)?.seq ?? null;
    const page = await this.#client.notifications(before, pageSize);
    this.#store.dispatch({ type: 'noticesLoaded', page, older: true });
  }

  happened(event: InboxEvent): void {
    const { more } = this.#store.get().notifications;
    this.#store.dispatch({ type: 'inbox', event });
    // How many of those that are not here were unread, or are gone, only the server can say.
    if (event.type !== 'mentioned' && more) void this.load();
  }

  /** Which of them are read comes back by the inbox, here and on every other device. */
  async markRead(seq: number): Promise<void> {
    await this.#client.markNotifications(0, [seq]);
  }

  async markAllRead(): Promise<void> {
    const { notices, asOfSeq } = this.#store.get().notifications;
    await this.#client.markNotifications(Math.max(asOfSeq, notices[0]?.seq ?? 0));
  }
}
