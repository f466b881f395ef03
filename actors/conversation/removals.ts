// People whom somebody else removed from the group: no invitation brings them back until an admin adds them (GRP-4). Knows
// what happened since the activation, and asks the record about the time before, once for each who wants to join.
import type { ConversationEvent } from '../../protocol/events/conversation-event.ts';

/** More than memberships change while a projection is late; the oldest are forgotten first, the record has them. */
const keptMax = 4_096;

export class Removals {
  readonly #removed = new Map<string, boolean>();

  /** Null: the record has to be asked. */
  wasRemoved(userId: string): boolean | null {
    return this.#removed.get(userId) ?? null;
  }

  /** Keeps the record's answer, unless something has happened since it was asked. */
  learn(userId: string, wasRemoved: boolean): void {
    if (!this.#removed.has(userId)) this.#note(userId, wasRemoved);
  }

  /** An event was decided. */
  decided(event: ConversationEvent): void {
    if (event.type === 'membersAdded') for (const userId of event.userIds) this.#note(userId, false);
    if (event.type === 'memberRemoved') this.#note(event.userId, event.by !== event.userId);
  }

  #note(userId: string, wasRemoved: boolean): void {
    this.#removed.delete(userId);
    this.#removed.set(userId, wasRemoved);
    const [oldest] = this.#removed.keys();
    if (this.#removed.size > keptMax && oldest !== undefined) this.#removed.delete(oldest);
  }
}
