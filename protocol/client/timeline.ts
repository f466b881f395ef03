// A conversation's messages as they stand, from pages and events that come in any order. A page shows messages as
// of one moment; changes after that moment are applied, changes before it are in it already.
import type { ConversationEvent, MessageSent, Tombstone } from '../events/conversation-event.ts';
import { changedMessage, withChange } from '../events/message-changes.ts';

export type ShownMessage = MessageSent | Tombstone;

interface Shown {
  readonly message: ShownMessage;
  /** Every event up to here is in it. */
  readonly asOfSeq: number;
}

/** Changes kept for messages that are not loaded yet. */
const changesMax = 5_000;

export class Timeline {
  readonly #viewer: string;
  readonly #shown = new Map<number, Shown>();
  /** Changes by the message they concern, ascending. */
  readonly #changes = new Map<number, ConversationEvent[]>();
  #changesKept = 0;

  /** @param viewer the user whose own reactions are marked */
  constructor(viewer: string) {
    this.#viewer = viewer;
  }

  get(seq: number): ShownMessage | undefined {
    return this.#shown.get(seq)?.message;
  }

  /** Ascending by seq. */
  messages(): ShownMessage[] {
    return [...this.#shown.values()].map(({ message }) => message).sort((a, b) => a.seq - b.seq);
  }

  clear(): void {
    this.#shown.clear();
    this.#changes.clear();
    this.#changesKept = 0;
  }

  /**
   * Takes the next event of the followed sequence (the client's event `event`); returns the sequence number of the
   * message that looks different now, if one does.
   */
  add(event: ConversationEvent, asOfSeq: number = event.seq): number | null {
    const messageSeq = changedMessage(event);
    if (messageSeq === null) return this.#show(event, asOfSeq);
    this.#keep(messageSeq, event);
    return this.#apply(messageSeq, event) ? messageSeq : null;
  }

  /**
   * Takes a page of history. Its changes are left alone: they are in its messages already, and in others one of them
   * may come before an earlier one that is still to follow. Returns the messages that look different now.
   */
  addPage(events: readonly ConversationEvent[], asOfSeq: number): number[] {
    return events.map((event) => this.#show(event, asOfSeq)).filter((seq) => seq !== null);
  }

  #show(event: ConversationEvent, asOfSeq: number): number | null {
    if (event.type !== 'message' && event.type !== 'tombstone') return null;
    const { seq } = event;
    if ((this.#shown.get(seq)?.asOfSeq ?? -1) >= asOfSeq) return null;
    this.#shown.set(seq, { message: event, asOfSeq });
    for (const change of this.#changes.get(seq) ?? []) this.#apply(seq, change);
    return seq;
  }

  #apply(messageSeq: number, change: ConversationEvent): boolean {
    const shown = this.#shown.get(messageSeq);
    if (!shown || shown.asOfSeq >= change.seq) return false;
    const { message } = shown;
    const changed = message.type === 'message' ? withChange(message, change, this.#viewer) : message;
    this.#shown.set(messageSeq, { message: changed, asOfSeq: change.seq });
    return changed !== message;
  }

  #keep(messageSeq: number, change: ConversationEvent): void {
    const changes = this.#changes.get(messageSeq) ?? [];
    this.#changes.set(messageSeq, [...changes, change]);
    if (++this.#changesKept <= changesMax) return;
    const [oldest, dropped] = this.#changes.entries().next().value!;
    this.#changes.delete(oldest);
    this.#changesKept -= dropped.length;
  }
}
