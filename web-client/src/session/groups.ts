// Actions on groups and whole conversations: the requests, and the changes that the page makes by itself
// when they are answered.
import type {
  ConversationEvent,
  ConversationSummary,
  GroupProfile,
  Insight,
  Member,
  Role,
  SkeinClient,
} from '../../../protocol/client/index.ts';
import { delay, patiently } from './patience.ts';
import { saySo } from './say-so.ts';
import type { Action } from '../store/action.ts';
import { changesMembers } from '../store/details.ts';
import type { GroupMember } from '../store/member-lists.ts';
import type { ChatState } from '../store/state.ts';
import type { Store } from '../store/store.ts';

/** Several people who come at once are one change of the list. */
const reloadAfterMs = 200;

export class Groups {
  readonly #client: SkeinClient;
  readonly #store: Store<ChatState, Action>;
  readonly #signal: AbortSignal;
  readonly #reloading = new Set<string>();

  constructor(client: SkeinClient, store: Store<ChatState, Action>, signal: AbortSignal) {
    this.#client = client;
    this.#store = store;
    this.#signal = signal;
  }

  /** A key for a group to be: repeats with the same one make it once (GRP-1). */
  newKey(): string {
    return this.#client.newKey();
  }

  /** Answers the group's id. */
  async create(memberIds: readonly string[], profile: GroupProfile, key: string): Promise<string> {
    return this.#entered(await this.#client.createGroup([...memberIds], profile, key));
  }

  update(id: string, profile: GroupProfile): Promise<void> {
    return this.#client.updateGroup(id, profile);
  }

  add(id: string, userIds: readonly string[]): Promise<void> {
    return this.#client.addMembers(id, [...userIds]);
  }

  remove(id: string, userId: string): Promise<void> {
    return this.#client.removeMember(id, userId);
  }

  setRole(id: string, userId: string, role: Role): Promise<void> {
    return this.#client.setRole(id, userId, role);
  }

  async leave(id: string): Promise<void> {
    await this.#client.removeMember(id, this.#store.get().myId);
    this.#gone(id, 'left');
  }

  async delete(id: string): Promise<void> {
    await this.#client.deleteConversation(id);
    this.#gone(id, 'deleted');
  }

  createInvitation(id: string): Promise<string> {
    return this.#client.createInvite(id);
  }

  revokeInvitation(id: string): Promise<void> {
    return this.#client.revokeInvite(id);
  }

  invitation(id: string, code: string): ReturnType<SkeinClient['invitation']> {
    return patiently(this.#client, this.#signal, () => this.#client.invitation(id, code));
  }

  async join(id: string, code: string): Promise<string> {
    return this.#entered(await this.#client.join(id, code));
  }

  /** @param forMs how long from now; 0 ends it, null is for good */
  async mute(id: string, forMs: number | null): Promise<void> {
    if (forMs === null) return this.#client.mute(id);
    await this.#client.mute(id, forMs === 0 ? 0 : Math.round(this.#client.now() + forMs));
  }

  insight(id: string, days: number): Promise<Insight> {
    return patiently(this.#client, this.#signal, () => this.#client.insight(id, days));
  }

  audit(id: string, cursor: string | null): ReturnType<SkeinClient['audit']> {
    return patiently(this.#client, this.#signal, () => this.#client.audit(id, cursor, 50));
  }

  /** Puts who belongs to it into the store. */
  async loadMembers(id: string): Promise<void> {
    if (!this.#store.get().memberLists.has(id)) {
      this.#store.dispatch({ type: 'memberList', id, list: { name: 'loading' } });
    }
    try {
      const members = await patiently(this.#client, this.#signal, () => this.#client.members(id));
      const list = { name: 'loaded', members: members.map(memberOf) } as const;
      this.#store.dispatch({ type: 'peopleKnown', people: list.members });
      this.#store.dispatch({ type: 'memberList', id, list });
    } catch (error) {
      this.#store.dispatch({ type: 'memberList', id, list: { name: 'failed', reason: saySo(error) } });
    }
  }

  /** After the store has taken the event: a list that someone looks at stays true. */
  happened(id: string, event: ConversationEvent): void {
    if (!changesMembers(event) || !this.#store.get().memberLists.has(id) || this.#reloading.has(id)) return;
    this.#reloading.add(id);
    delay(reloadAfterMs, this.#signal)
      .then(() => {
        this.#reloading.delete(id);
        return this.#store.get().conversations.has(id) ? this.loadMembers(id) : undefined;
      })
      .catch(() => undefined);
  }

  #entered(summary: ConversationSummary): string {
    this.#store.dispatch({ type: 'listed', summaries: [summary] });
    this.#client.follow(summary.conversationId);
    return summary.conversationId;
  }

  #gone(id: string, how: 'left' | 'deleted'): void {
    this.#client.unfollow(id);
    this.#store.dispatch({ type: 'removed', id, how });
  }
}

function memberOf({ userId, handle, displayName, role }: Member): GroupMember {
  return { userId, handle, displayName, role };
}
