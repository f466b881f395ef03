// One client in one conversation: what it was shown there, in order.
import type { ConversationEvent, SkeinClient } from '../../protocol/client/index.ts';
import type { Observation, SeenEvent } from './history.ts';
import { insist } from './insist.ts';

export class Seat {
  readonly client: SkeinClient;
  readonly conversationId: string;
  readonly userId: string;
  readonly #events: SeenEvent[] = [];
  /** Messages written so far. */
  order = 0;
  /** Put out of the conversation, and not asked back in. */
  isOut = false;

  constructor({ client, userId }: { client: SkeinClient; userId: string }, conversationId: string) {
    this.client = client;
    this.conversationId = conversationId;
    this.userId = userId;
    client.on('event', (id, event) => {
      if (id === conversationId) this.#events.push(seenOf(event));
    });
  }

  get lastSeq(): number {
    return this.#events.at(-1)?.seq ?? 0;
  }
  get events(): readonly SeenEvent[] {
    return this.#events;
  }
  get observation(): Observation {
    const { userId, conversationId } = this;
    return { observer: userId, conversationId, events: this.#events, endsEarly: this.isOut };
  }

  /** Follows the conversation from where this seat has seen it. Resolves with the first answer. */
  follow(): Promise<void> {
    return new Promise<void>((resolve) => {
      const stop = this.client.on('subscribed', (id) => {
        if (id !== this.conversationId) return;
        stop();
        resolve();
      });
      this.client.follow(this.conversationId, { epoch: 1, seq: this.lastSeq });
    });
  }

  /** The whole history as the server has it now. */
  async readAll(): Promise<ConversationEvent[]> {
    const events: ConversationEvent[] = [];
    for (let more = true; more;) {
      const after = events.at(-1)?.seq ?? 0;
      const page = await insist(() => this.client.history(this.conversationId, 'after', after));
      events.push(...page.events);
      ({ more } = page);
    }
    return events;
  }
}

export function seenOf(event: ConversationEvent): SeenEvent {
  return { seq: event.seq, key: event.type === 'message' ? event.key : null };
}
