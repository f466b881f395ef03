// One signed-in person's chat while the page is open: the SDK's client on one side, the store on the other. What
// arrives becomes actions (arrivals.ts); what the person does starts here.
import type { IndexedDbOutboxStore, SkeinClient } from '../../../protocol/client/index.ts';
import type { Action } from '../store/action.ts';
import { cursorOf } from '../store/cursors.ts';
import type { Message } from '../store/message.ts';
import { Pictures } from './files/pictures.ts';
import type { TokenSource } from './files/server-files.ts';
import { upload } from './files/upload.ts';
import { Downloads } from './files/downloads.ts';
import { Uploads } from './files/uploads.ts';
import type { Kept } from './device/kept.ts';
import { Drafts } from './writing/drafts.ts';
import { Writings } from './writing/writings.ts';
import { GroupRequests } from './group-requests.ts';
import { Groups } from './groups.ts';
import { History } from './messages/history.ts';
import { MessageActions } from './messages/message-actions.ts';
import { Typing } from './messages/typing.ts';
import { Alerts } from './notifications/alerts.ts';
import { NotificationFeed } from './notifications/notification-feed.ts';
import { PeopleDirectory } from './directory.ts';
import { PresenceWatch } from './presence-watch.ts';
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
  readonly token: TokenSource;
  /** Small things of this account in this browser. */
  readonly kept: Kept;
  /** Called once nobody is signed in any more. */
  readonly onSignedOut: (reason: string) => void;
  /** Whether this page is to show an alert now; not while it, or another tab of this person, is looked at. */
  readonly wantsAlerts: () => Promise<boolean>;
  readonly onStopped?: () => void;
}

export class ChatSession {
  readonly store: Store<ChatState, Action>;
  readonly sending: Sending;
  readonly groups: Groups;
  readonly groupRequests: GroupRequests;
  readonly people: PeopleDirectory;
  readonly presence: PresenceWatch;
  readonly notifications: NotificationFeed;
  readonly alerts: Alerts;
  readonly pictures: Pictures;
  readonly history: History;
  readonly messages: MessageActions;
  readonly typing: Typing;
  readonly uploads: Uploads;
  readonly downloads: Downloads;
  readonly kept: Kept;
  readonly drafts: Drafts;
  readonly writings: Writings;
  readonly #token: TokenSource;
  readonly #client: SkeinClient;
  readonly #stop = new AbortController();

  constructor(parts: ChatParts) {
    const { client, store, outboxStore, token, kept, wantsAlerts, onSignedOut, onStopped } = parts;
    const { signal } = this.#stop;
    this.#client = client;
    if (onStopped) signal.addEventListener('abort', onStopped);
    this.#token = token;
    this.store = store;
    this.sending = new Sending(client, outboxStore);
    this.groups = new Groups(client, store, signal);
    this.groupRequests = new GroupRequests(client, store, signal);
    this.people = new PeopleDirectory(client, store, signal);
    this.presence = new PresenceWatch(client, store.get().myId);
    this.notifications = new NotificationFeed(client, store, signal);
    this.pictures = new Pictures(token);
    this.history = new History(client, store, signal);
    this.alerts = new Alerts(store, this.history, wantsAlerts);
    this.messages = new MessageActions(client, store, signal);
    this.typing = new Typing(client, store);
    this.uploads = new Uploads(token);
    this.downloads = new Downloads(token);
    this.kept = kept;
    this.drafts = new Drafts(kept);
    this.writings = new Writings(this);
    const { groups, groupRequests, people, notifications, alerts, history, uploads } = this;
    const services = { groups, groupRequests, people, notifications, alerts, history, uploads };
    bindArrivals({ client, store, onSignedOut, signal, ...services });
  }

  start(): void {
    this.#client.connect();
    // In the order in which a person misses them.
    void loadConversations(this.#client, this.store, this.#stop.signal).catch(() => undefined);
    void this.notifications.start();
    void this.#loadBlocks().catch(() => undefined);
    void this.groupRequests.load().catch(() => undefined);
  }

  stop(): void {
    this.#stop.abort();
    this.#client.close();
    this.sending.stop();
    this.presence.stop();
    this.pictures.stop();
    this.typing.stop();
    this.alerts.stop();
    this.uploads.stop();
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
  loadEarlier(id: string, limit?: number): Promise<void> {
    return this.history.loadEarlier(id, limit);
  }

  /** A message of this conversation, and everything above it, has been seen. */
  markRead(id: string, { seq, ordinal }: Pick<Message, 'seq' | 'ordinal'>): void {
    const { conversations, myId } = this.store.get();
    const conversation = conversations.get(id);
    if (!conversation || cursorOf(conversation.cursors, myId).readSeq >= seq) return;
    const read = { deliveredSeq: seq, readSeq: seq, readOrdinal: ordinal };
    this.store.arrive({ type: 'cursor', id, userId: myId, ...read });
    this.#client.markRead(id, seq);
  }

  async findPeople(prefix: string): Promise<Person[]> {
    const { myId } = this.store.get();
    return (await this.#client.findUsers(prefix)).map(personOf).filter(({ userId }) => userId !== myId);
  }

  /** The direct conversation with someone, made if need be (DM-1); answers its id. */
  async openDirect(userId: string): Promise<string> {
    const summary = await this.#client.openDirect(userId);
    this.store.dispatch({ type: 'listed', summaries: [summary] });
    this.#client.follow(summary.conversationId);
    return summary.conversationId;
  }

  /** Blocks someone, or no longer (ACC-5). */
  async block(userId: string, blocked: boolean): Promise<void> {
    await this.#client.block(userId, blocked);
    this.store.dispatch({ type: 'blocked', userId, blocked });
  }

  /** Ends every sign-in of this person; the server closes the connection next (ACC-7). */
  signOutEverywhere(): Promise<void> {
    return this.#client.signOut(true);
  }

  /** Puts a file on the server; answers the id under which it can be named. */
  upload(file: File, signal: AbortSignal, onProgress: (part: number) => void): Promise<string> {
    return upload(file, { token: this.#token, signal, onProgress });
  }

  async #loadBlocks(): Promise<void> {
    const people = (await patiently(this.#client, this.#stop.signal, () => this.#client.blocks())).map(
      personOf,
    );
    this.store.dispatch({ type: 'peopleKnown', people });
    this.store.dispatch({ type: 'blocksLoaded', userIds: people.map(({ userId }) => userId) });
  }

  /** Messages that would be lost by signing out now. */
  get unacknowledged(): number {
    return this.#client.unacknowledged;
  }
}
