// Names for the people whom events, counts and notifications name by id only: asked for together, and once.
import { limits } from '../../../protocol/limits.ts';
import type { SkeinClient } from '../../../protocol/client/index.ts';
import { patiently } from './patience.ts';
import type { Action } from '../store/action.ts';
import { personOf, type ChatState } from '../store/state.ts';
import type { Store } from '../store/store.ts';

/** People asked for within this time share one request. */
const gatherMs = 30;

export class PeopleDirectory {
  readonly #client: SkeinClient;
  readonly #store: Store<ChatState, Action>;
  readonly #signal: AbortSignal;
  /** Asked for in this page's life, so that an unknown id is not asked for forever. */
  readonly #asked = new Set<string>();
  #wanted: string[] = [];

  constructor(client: SkeinClient, store: Store<ChatState, Action>, signal: AbortSignal) {
    this.#client = client;
    this.#store = store;
    this.#signal = signal;
  }

  /** Sees to it that the store knows these people. */
  need(userIds: Iterable<string>): void {
    const { people } = this.#store.get();
    for (const userId of userIds) {
      if (people.has(userId) || this.#asked.has(userId)) continue;
      this.#asked.add(userId);
      if (this.#wanted.length === 0) setTimeout(() => this.#ask(), gatherMs);
      this.#wanted.push(userId);
    }
  }

  #ask(): void {
    const wanted = this.#wanted;
    this.#wanted = [];
    for (let at = 0; at < wanted.length; at += limits.userLookupMax) {
      const userIds = wanted.slice(at, at + limits.userLookupMax);
      patiently(this.#client, this.#signal, () => this.#client.users(userIds)).then(
        (profiles) => this.#store.dispatch({ type: 'peopleKnown', people: profiles.map(personOf) }),
        () => userIds.forEach((userId) => this.#asked.delete(userId)),
      );
    }
  }
}
