// One signed-in person's chat while the page is open: the SDK's client on one side, the store on the other. What
// arrives becomes actions (arrivals.ts); what the person does starts here.
import type { IndexedDbOutboxStore, SkeinClient } from '../../../protocol/client/index.ts';
import type { Action } from '../store/action.ts';
import { cursorOf } from '../store/cursors.ts';
import { personOf, type ChatState, type Person } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { bindArrivals } from './arrivals.ts';
import { loadConversations } from './conversation-loading.ts';
import { patiently } from './patience.ts';
import { Sending } from './sending.ts';

export interface ChatParts {
  readonly client: SkeinClient;
  readonly store: Store<ChatState, Action>;
  readonly outboxStore: IndexedDbOutboxStore;
  /** Called once nobody is signed in any more. */
  readonly onSignedOut: (reason: string) => void;
}

/** Messages asked for at once while scrolling up. */
const historyPage = 50;

export class ChatSession {
  readonly store: Store<ChatState, Action>;
  readonly sending: Sending;
  readonly #client: SkeinClient;
  readonly #stop = new AbortController();

  constructor({ client, store, outboxStore, onSignedOut }: ChatParts) {
    this.#client = client;
    this.store = store;
    this.sending = new Sending(client, outboxStore);
    bindArrivals({ client, store, onSignedOut, signal: this.#stop.signal, session: this });
  }

  start(): void {
    this.#client.followInbox();
    this.#client.connect();
    void loadConversations(this.#client, this.store, this.#stop.signal).catch(() => undefined);
  }

  stop(): void {
    this.#stop.abort();
    this.#client.close();
    this.sending.stop();
  }

  /** The network is back, or the person asks: no waiting for the next attempt. */
  reconnect(): void {
    if (this.#client.state.name === 'waiting') this.#client.connect();
  }

  /** Shows one conversation, or none. */
  open(id: string | null): void {
    this.store.dispatch({ type: 'opened', id });
  }

  /** Loads the page before the oldest message here, unless one is on its way. */
  async loadEarlier(id: string, limit = historyPage): Promise<void> {
    const conversation = this.store.get().conversations.get(id);
    if (!conversation || conversation.loadedFrom === null) return;
    const { epoch, loadedFrom: before, atStart, earlier } = conversation;
    if (atStart || earlier === 'loading') return;
    this.store.dispatch({ type: 'earlierRequested', id });
    try {
      const page = await patiently(this.#client, this.#stop.signal, () =>
        this.#client.history(id, 'before', before, limit),
      );
      this.store.dispatch({ type: 'earlierLoaded', id, epoch, before, ...page });
    } catch {
      if (!this.#stop.signal.aborted) this.store.dispatch({ type: 'earlierFailed', id });
    }
  }

  /** Everything shown of this conversation has been seen. */
  markRead(id: string): void {
    const { conversations, myId } = this.store.get();
    const conversation = conversations.get(id);
    const last = conversation?.messages.at(-1);
    if (!conversation || !last || cursorOf(conversation.cursors, myId).readSeq >= last.seq) return;
    const read = { deliveredSeq: last.seq, readSeq: last.seq, readOrdinal: last.ordinal };
    this.store.dispatch({ type: 'cursor', id, userId: myId, ...read });
    this.#client.markRead(id, last.seq);
  }

  async findPeople(prefix: string): Promise<Person[]> {
    const { myId } = this.store.get();
    return (await this.#client.findUsers(prefix)).map(personOf).filter(({ userId }) => userId !== myId);
  }

  /** The direct conversation with someone, made if need be (DM-1); answers its id. */
  async openDirect(userId: string): Promise<string> {
    const summary = await this.#client.openDirect(userId);
    this.store.dispatch({ type: 'listed', summaries: [summary] });
    this.#client.follow(summary[0]);
    return summary[0];
  }

  /** Messages that would be lost by signing out now. */
  get unacknowledged(): number {
    return this.#client.unacknowledged;
  }
}
