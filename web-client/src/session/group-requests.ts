// Groups that this person is asked to come into, and who may add them without asking (ACC-5). The list is short, so that
// it is asked for anew whenever it changes, on whichever device.
import type { GroupsFrom, SkeinClient } from '../../../protocol/client/index.ts';
import type { Action } from '../store/action.ts';
import type { ChatState } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { patiently } from './patience.ts';

export class GroupRequests {
  readonly #client: SkeinClient;
  readonly #store: Store<ChatState, Action>;
  readonly #signal: AbortSignal;
  /** The last question; an earlier one's answer may come later. */
  #asked = 0;

  constructor(client: SkeinClient, store: Store<ChatState, Action>, signal: AbortSignal) {
    this.#client = client;
    this.#store = store;
    this.#signal = signal;
  }

  async load(): Promise<void> {
    const question = ++this.#asked;
    const { groupsFrom, requests } = await patiently(this.#client, this.#signal, () =>
      this.#client.groupRequests(),
    );
    if (question === this.#asked) this.#store.dispatch({ type: 'groupRequests', groupsFrom, requests });
  }

  async answer(conversationId: string, accept: boolean): Promise<void> {
    await this.#client.answerGroupRequest(conversationId, accept);
    await this.load();
  }

  async setGroupsFrom(groupsFrom: GroupsFrom): Promise<void> {
    await this.#client.setGroupsFrom(groupsFrom);
    await this.load();
  }
}
