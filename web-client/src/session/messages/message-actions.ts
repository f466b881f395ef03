// Actions on stored messages: edit, delete, react, and list readers and reactors. Refusals come back as
// sentences; those of reactions, which nobody waits for, go to the store.
import type { Revision, SkeinClient } from '../../../../protocol/client/index.ts';
import { limits } from '../../../../protocol/limits.ts';
import { delay, patiently } from '../patience.ts';
import { saySo } from '../say-so.ts';
import type { Action } from '../../store/action.ts';
import type { Cursor } from '../../store/state.ts';
import type { ChatState } from '../../store/state.ts';
import type { Store } from '../../store/store.ts';

/** A reaction that was taken is shown as wished for this long at most: its event comes in that time. */
const eventWithinMs = 3_000;

export class MessageActions {
  readonly #client: SkeinClient;
  readonly #store: Store<ChatState, Action>;
  readonly #signal: AbortSignal;

  constructor(client: SkeinClient, store: Store<ChatState, Action>, signal: AbortSignal) {
    this.#client = client;
    this.#store = store;
    this.#signal = signal;
  }

  /** On the server's clock, by which messages may be changed for a while. */
  now(): number {
    return this.#client.now();
  }

  /** Answers why it was refused, or null. */
  edit(id: string, seq: number, body: string): Promise<string | null> {
    return refusalOf(this.#client.edit(id, seq, body));
  }

  remove(id: string, seq: number): Promise<string | null> {
    return refusalOf(this.#client.deleteMessage(id, seq));
  }

  /** Shown at once; taken back, with the reason, when it is refused (REA-1). */
  async react(id: string, seq: number, emoji: string, present: boolean): Promise<void> {
    const wish = (wanted: boolean | null) =>
      this.#store.dispatch({ type: 'reacting', id, seq, emoji, wish: wanted });
    this.#store.dispatch({ type: 'refused', refusal: null });
    wish(present);
    try {
      await this.#client.react(id, seq, emoji, present);
      // Another wish may have come meanwhile, and has an end of its own.
      await delay(eventWithinMs, this.#signal);
      if (this.#wishOf(id, seq, emoji) === present) wish(null);
    } catch (error) {
      if (this.#signal.aborted) return;
      if (this.#wishOf(id, seq, emoji) === present) wish(null);
      const reason = `Your reaction was not taken. ${saySo(error)}`;
      this.#store.dispatch({ type: 'refused', refusal: { conversationId: id, reason } });
    }
  }

  say(conversationId: string, reason: string | null): void {
    const refusal = reason === null ? null : { conversationId, reason };
    this.#store.dispatch({ type: 'refused', refusal });
  }

  /** The texts that a message has had, oldest first (MSG-5). */
  revisions(id: string, seq: number): Promise<readonly Revision[]> {
    return patiently(this.#client, this.#signal, () => this.#client.revisions(id, seq));
  }

  /** People who put an emoji on a message, as many as one page has. */
  reactors(id: string, seq: number, emoji: string): ReturnType<SkeinClient['reactors']> {
    return patiently(this.#client, this.#signal, () => this.#client.reactors(id, seq, emoji));
  }

  /** How far everyone has read; in small groups the store knows it by itself. */
  async cursors(id: string): Promise<ReadonlyMap<string, Cursor>> {
    const conversation = this.#store.get().conversations.get(id);
    if (conversation && conversation.details.memberCount <= limits.receiptsMembersMax) {
      return conversation.cursors;
    }
    const receipts = await patiently(this.#client, this.#signal, () => this.#client.receipts(id));
    return new Map(
      receipts.map(({ userId, deliveredSeq, readSeq, readOrdinal }) => [
        userId,
        { deliveredSeq, readSeq, readOrdinal },
      ]),
    );
  }

  #wishOf(id: string, seq: number, emoji: string): boolean | undefined {
    return this.#store.get().acts.reacting.get(`${id}/${seq}`)?.get(emoji);
  }
}

async function refusalOf(request: Promise<void>): Promise<string | null> {
  try {
    await request;
    return null;
  } catch (error) {
    return saySo(error);
  }
}
