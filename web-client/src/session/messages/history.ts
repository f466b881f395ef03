// Getting older messages: pages before what is here, what lies around one message far back, and single messages that
// others answer. Everything ends up in the store; a page that comes too late for it is ignored there.
import { RequestError, type HistoryPage, type SkeinClient } from '../../../../protocol/client/index.ts';
import { patiently } from '../patience.ts';
import type { Action } from '../../store/action.ts';
import type { End } from '../../store/detached-reducer.ts';
import { cursorOf } from '../../store/cursors.ts';
import { indexOfSeq, isShown, messageOf } from '../../store/message.ts';
import type { ChatState, Conversation } from '../../store/state.ts';
import type { Store } from '../../store/store.ts';

/** Events asked for at once while scrolling. */
const pageSize = 50;
/** Of a page around a message, this many come before it. */
const beforeTarget = 25;

export class History {
  readonly #client: SkeinClient;
  readonly #store: Store<ChatState, Action>;
  readonly #signal: AbortSignal;
  /** Messages that are asked for now, by conversation and seq. */
  readonly #asking = new Set<string>();

  constructor(client: SkeinClient, store: Store<ChatState, Action>, signal: AbortSignal) {
    this.#client = client;
    this.#store = store;
    this.#signal = signal;
  }

  /** Loads the page before the oldest message here, unless one is on its way. */
  async loadEarlier(id: string, limit = pageSize): Promise<void> {
    const conversation = this.#conversation(id);
    if (!conversation || conversation.loadedFrom === null) return;
    if (conversation.detached) return this.#grow(id, 'earlier');
    const { epoch, loadedFrom: before, atStart, earlier } = conversation;
    if (atStart || earlier === 'loading') return;
    this.#store.dispatch({ type: 'earlierRequested', id });
    try {
      const page = await this.#page(id, 'before', before, limit);
      this.#store.dispatch({ type: 'earlierLoaded', id, epoch, before, ...page });
    } catch {
      if (!this.#signal.aborted) this.#store.dispatch({ type: 'earlierFailed', id });
    }
  }

  /** The page after what is shown around an old message. */
  loadLater(id: string): Promise<void> {
    return this.#grow(id, 'later');
  }

  /** Sees to it that a message is among those shown; answers why it cannot be, or null. */
  async show(id: string, seq: number): Promise<string | null> {
    const conversation = this.#conversation(id);
    if (!conversation) return 'There is no such conversation for you.';
    const here = (one: Conversation) =>
      indexOfSeq(one.messages, seq) >= 0 || (one.detached && indexOfSeq(one.detached.messages, seq) >= 0);
    if (here(conversation)) {
      if (indexOfSeq(conversation.messages, seq) >= 0) this.toEnd(id);
      return null;
    }
    try {
      await this.#loadAround(conversation, seq);
    } catch (error) {
      return error instanceof RequestError ? error.message : 'The message could not be loaded.';
    }
    const loaded = this.#conversation(id);
    return loaded && here(loaded) ? null : 'This message is not there any more.';
  }

  /** Sees to it that the first message that was not read is among those shown, with some that come before it. */
  async showUnread(id: string): Promise<void> {
    const conversation = this.#conversation(id);
    if (!conversation || conversation.loadedFrom === null) return;
    const { readSeq } = cursorOf(conversation.cursors, this.#store.get().myId);
    const { loadedFrom, detached, atStart } = conversation;
    if (detached || atStart || loadedFrom <= readSeq) return;
    await this.#loadAround(conversation, readSeq).catch(() => undefined);
  }

  /** Back to the latest messages. */
  toEnd(id: string): void {
    if (this.#conversation(id)?.detached) this.#store.dispatch({ type: 'reattached', id });
  }

  /** Gets a message that another one answers, unless it is known. */
  async quote(id: string, seq: number): Promise<void> {
    const asked = `${id}/${seq}`;
    if (this.#asking.has(asked) || this.#conversation(id)?.quoted.has(seq) !== false) return;
    this.#asking.add(asked);
    try {
      const { events, asOfSeq } = await this.#page(id, 'after', seq - 1, 1);
      const found = events.filter(isShown).find((event) => event.seq === seq);
      const message = found ? messageOf(found, asOfSeq) : null;
      this.#store.dispatch({ type: 'quoted', id, seq, message });
    } catch {
      // Asked again when its answer is shown again.
    } finally {
      this.#asking.delete(asked);
    }
  }

  async #loadAround({ id, epoch }: Conversation, seq: number): Promise<void> {
    const after = Math.max(0, seq - beforeTarget - 1);
    const page = await this.#page(id, 'after', after, pageSize);
    this.#store.dispatch({ type: 'detachedLoaded', id, epoch, after, ...page });
  }

  async #grow(id: string, end: End): Promise<void> {
    const conversation = this.#conversation(id);
    const detached = conversation?.detached;
    if (!detached || detached[end] === 'loading' || (end === 'earlier' && detached.atStart)) return;
    const edge = end === 'earlier' ? detached.from : detached.to;
    const { epoch } = conversation;
    this.#store.dispatch({ type: 'detachedLoading', id, end, loading: 'loading' });
    try {
      const page = await this.#page(id, end === 'earlier' ? 'before' : 'after', edge, pageSize);
      this.#store.dispatch({ type: 'detachedGrown', id, epoch, end, edge, ...page });
    } catch {
      if (!this.#signal.aborted)
        this.#store.dispatch({ type: 'detachedLoading', id, end, loading: 'failed' });
    }
  }

  #page(id: string, direction: 'before' | 'after', seq: number, limit: number): Promise<HistoryPage> {
    return patiently(this.#client, this.#signal, () => this.#client.history(id, direction, seq, limit));
  }

  #conversation(id: string): Conversation | undefined {
    return this.#store.get().conversations.get(id);
  }
}
