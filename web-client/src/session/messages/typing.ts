// Typing indicators: tells the others while this person writes, not more often than needed, and forgets those of whom
// nothing more was heard (MSG-6).
import { limits } from '../../../../protocol/limits.ts';
import type { SkeinClient } from '../../../../protocol/client/index.ts';
import type { Action } from '../../store/action.ts';
import type { ChatState } from '../../store/state.ts';
import type { Store } from '../../store/store.ts';

export class Typing {
  readonly #client: SkeinClient;
  readonly #store: Store<ChatState, Action>;
  /** When it was last said of a conversation that this person is writing. */
  readonly #saidAtMs = new Map<string, number>();
  readonly #endings = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(client: SkeinClient, store: Store<ChatState, Action>) {
    this.#client = client;
    this.#store = store;
    client.on('typing', (id, userId, active) => this.#heard(id, userId, active));
  }

  /** At every key. */
  wrote(id: string): void {
    const now = performance.now();
    if (now - (this.#saidAtMs.get(id) ?? Number.NEGATIVE_INFINITY) < limits.typingEveryMs) return;
    this.#saidAtMs.set(id, now);
    this.#client.typing(id, true);
  }

  /** The text was emptied without being sent, or left. */
  stopped(id: string): void {
    if (this.#saidAtMs.delete(id)) this.#client.typing(id, false);
  }

  /** Sending says by itself that the writing has ended. */
  sent(id: string): void {
    this.#saidAtMs.delete(id);
  }

  stop(): void {
    for (const ending of this.#endings.values()) clearTimeout(ending);
  }

  #heard(id: string, userId: string, active: boolean): void {
    const who = `${id}/${userId}`;
    clearTimeout(this.#endings.get(who));
    this.#endings.delete(who);
    if (userId === this.#store.get().myId) return;
    if (active) {
      const ending = setTimeout(() => this.#heard(id, userId, false), limits.typingEndsAfterMs);
      this.#endings.set(who, ending);
    }
    this.#store.arrive({ type: 'typing', id, userId, active });
  }
}
