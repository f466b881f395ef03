// Turns news from the SDK into actions. The SDK hands events on in order and once, so that nothing here sorts or
// drops. Only what the inbox says of conversations is no state but an occasion to ask: a removal may be told after this
// person was added again.
import {
  RequestError,
  type ClientState,
  type Head,
  type InboxEvent,
  type OutboxMessage,
  type SkeinClient,
} from '../../../protocol/client/index.ts';
import type { Action } from '../store/action.ts';
import { isUnsure } from '../store/deleted-unread.ts';
import type { ChatState, Connection, Conversation } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { loadAdded, loadAgain, loadConversations } from './conversation-loading.ts';
import type { PeopleDirectory } from './directory.ts';
import type { Uploads } from './files/uploads.ts';
import type { GroupRequests } from './group-requests.ts';
import type { Groups } from './groups.ts';
import type { History } from './messages/history.ts';
import type { Alerts } from './notifications/alerts.ts';
import type { NotificationFeed } from './notifications/notification-feed.ts';
import { patiently } from './patience.ts';

export interface ArrivalParts {
  readonly client: SkeinClient;
  readonly store: Store<ChatState, Action>;
  readonly groups: Groups;
  readonly groupRequests: GroupRequests;
  readonly people: PeopleDirectory;
  readonly notifications: NotificationFeed;
  readonly alerts: Alerts;
  readonly history: History;
  readonly uploads: Uploads;
  readonly signal: AbortSignal;
  readonly onSignedOut: (reason: string) => void;
}

export function bindArrivals(parts: ArrivalParts): void {
  const { client, store, groups, alerts } = parts;
  const doubts = new Doubts(parts);
  /** Conversations that this person has come into and whose beginning is not here yet. */
  const newcomers = new Set<string>();
  client.on('state', (state) => stateChanged(parts, state));
  client.on('event', (id, event, asOfSeq) => {
    store.arrive({ type: 'event', id, event, asOfSeq });
    groups.happened(id, event);
    void alerts.happened(id, event);
    if (event.type !== 'conversationDeleted') return;
    client.unfollow(id);
    store.dispatch({ type: 'removed', id, how: 'deleted' });
  });
  client.on('cursor', (id, cursor) => {
    store.arrive({ type: 'cursor', id, ...cursor });
    if (cursor.userId !== store.get().myId) return;
    alerts.read(id, cursor.readSeq);
    recount(parts, id);
  });
  client.on('outbox', (message) => outboxChanged(parts, message));
  client.on('subscribed', (id, head) => {
    const begun = subscribed(parts, id, head);
    // Messages from before the subscription are no events, and a conversation mostly begins with one.
    if (newcomers.delete(id)) void begun.then(() => alerts.conversationBegan(id));
  });
  // `reset` follows a `subscribed` that says how far history stands, by which the reducer has parted it already.
  client.on('subscriptionRefused', (id, code) => {
    if (code === 'conversation_deleted') store.dispatch({ type: 'removed', id, how: 'deleted' });
    if (code === 'conversation_not_found') store.dispatch({ type: 'removed', id, how: null });
  });
  client.on('presence', (presences) => store.arrive({ type: 'presence', presences }));
  client.on('inboxReset', () => {
    void parts.notifications.load();
    loadConversations(client, store, parts.signal).catch(() => undefined);
  });
  client.on('inbox', (event) => {
    if (event.type === 'conversationAdded' && !store.get().conversations.has(event.conversationId)) {
      newcomers.add(event.conversationId);
    }
    inboxChanged(parts, doubts, event);
  });
}

/** Events between the list and the subscription that are asked for; more than come about while a page loads. */
const missedMax = 50;

/** Resolves when the last message before the subscription is here, if it had to be asked for. */
async function subscribed(
  { client, store, history, signal }: ArrivalParts,
  id: string,
  head: Head,
): Promise<void> {
  const known = store.get().conversations.get(id);
  store.dispatch({ type: 'subscribed', id, head });
  // From here on events are live; what was there before is known to this device, and can be paged to.
  if (known?.loadedFrom === null && head.headSeq > 0) client.markDelivered(id, head.headSeq);
  // The summary may have trailed the head, and a replaced history has no preview: fetch the last message.
  const begins = known?.loadedFrom === null || known?.epoch !== head.epoch;
  if (!begins) return;
  const trails = known?.kind === 'group' && known.details.asOfSeq < head.headSeq;
  recount({ client, store, signal }, id, trails);
  const now = store.get().conversations.get(id);
  const missed = missedBetween(known, head);
  if (missed > 0 || (now?.last?.ordinal ?? 0) < head.headOrdinal) {
    await history.loadEarlier(id, Math.max(1, missed));
  }
}

/** How many events between the list and the subscription are to be asked for: they may have changed the preview. */
function missedBetween(known: Conversation | undefined, { headSeq }: Head): number {
  return known?.loadedFrom === null ? Math.min(headSeq - known.headSeq, missedMax) : 0;
}

/** Asks the server how many messages are unread where this page cannot know, or anyway. */
function recount(
  { client, store, signal }: Pick<ArrivalParts, 'client' | 'store' | 'signal'>,
  id: string,
  anyway = false,
): void {
  const { conversations, myId } = store.get();
  const conversation = conversations.get(id);
  if (conversation && (anyway || isUnsure(conversation, myId)))
    loadAgain(client, store, signal, id).catch(() => undefined);
}

function inboxChanged(
  { client, store, groupRequests, people, notifications, alerts, signal }: ArrivalParts,
  doubts: Doubts,
  event: InboxEvent,
): void {
  switch (event.type) {
    case 'conversationAdded':
      // An answer on its way may be from before.
      if (doubts.has(event.conversationId)) return void doubts.ask(event.conversationId, null);
      loadAdded(client, store, signal, event.conversationId).catch(() => undefined);
      return;
    case 'conversationRemoved':
      notifications.happened(event);
      void alerts.inboxChanged(event);
      return void doubts.ask(event.conversationId, event.by === store.get().myId ? 'left' : null);
    case 'mentioned':
      people.need([event.by]);
      notifications.happened(event);
      return void alerts.inboxChanged(event);
    case 'mentionEnded':
      void alerts.inboxChanged(event);
      return notifications.happened(event);
    case 'notificationsRead':
      return notifications.happened(event);
    case 'muteChanged':
      return store.dispatch({ type: 'muted', id: event.conversationId, untilMs: event.untilMs });
    case 'blockChanged':
      people.need([event.userId]);
      return store.dispatch({ type: 'blocked', userId: event.userId, blocked: event.blocked });
    case 'groupRequested':
    case 'groupRequestEnded':
    case 'groupsFromChanged':
      return void groupRequests.load().catch(() => undefined);
    case 'deviceAdded':
      return;
  }
}

function outboxChanged({ client, store }: ArrivalParts, message: OutboxMessage): void {
  store.arrive({ type: 'outgoing', id: message.conversationId, message });
  // A writer has read everything above the own message.
  if (message.state.name === 'sent') client.markRead(message.conversationId, message.state.seq);
}

function stateChanged({ store, uploads, onSignedOut }: ArrivalParts, state: ClientState): void {
  if (state.name === 'signed_out') return onSignedOut(state.reason);
  if (state.name === 'online') {
    const { userId, handle, displayName } = state;
    store.dispatch({ type: 'welcomed', me: { userId, handle, displayName } });
    uploads.connected();
  }
  const connection = shownConnection(state, store.get().me !== null);
  if (connection) store.dispatch({ type: 'connection', connection });
}

/** @param wasOnline whether this page has been online before */
export function shownConnection(state: ClientState, wasOnline: boolean): Connection | null {
  switch (state.name) {
    case 'online':
      return { name: 'online' };
    case 'waiting':
      return wasOnline ? { name: 'reconnecting' } : { name: 'connecting', failed: true };
    case 'connecting':
      // Before the first success the last failure stays on the screen while the next attempt runs.
      return wasOnline ? { name: 'reconnecting' } : null;
    case 'stopped':
      return { name: 'stopped', reason: state.reason };
    case 'idle':
    case 'signed_out':
      return null;
  }
}

/**
 * Conversations that may not be this person's any more, while the server is asked. What was asked last counts: it was
 * asked after everything that had been told until then.
 */
class Doubts {
  readonly #parts: Pick<ArrivalParts, 'client' | 'store' | 'signal'>;
  readonly #asked = new Map<string, { readonly how: 'left' | null }>();

  constructor(parts: Pick<ArrivalParts, 'client' | 'store' | 'signal'>) {
    this.#parts = parts;
  }

  has(id: string): boolean {
    return this.#asked.has(id);
  }

  /**
   * Resolves once the store has what the server says, waiting for a connection if need be, or once a later question
   * took this one's place.
   * @param how what is known of the removal, should it be one
   */
  async ask(id: string, how: 'left' | null): Promise<void> {
    const question = { how: how ?? this.#asked.get(id)?.how ?? null };
    this.#asked.set(id, question);
    const { client, store, signal } = this.#parts;
    const answer = await patiently(client, signal, () => client.conversation(id)).catch(goneFor);
    if (this.#asked.get(id) !== question) return;
    this.#asked.delete(id);
    if (answer === null) return;
    if (answer === 'conversation_not_found' || answer === 'conversation_deleted') {
      client.unfollow(id);
      const told = answer === 'conversation_deleted' ? 'deleted' : question.how;
      return store.dispatch({ type: 'removed', id, how: told });
    }
    store.dispatch({ type: 'listed', summaries: [answer] });
    client.follow(id);
  }
}

/** Null: it cannot be told, and everything stays as it is. */
function goneFor(error: unknown): 'conversation_not_found' | 'conversation_deleted' | null {
  const code = error instanceof RequestError ? error.code : null;
  return code === 'conversation_not_found' || code === 'conversation_deleted' ? code : null;
}
