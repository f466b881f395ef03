// What the SDK tells, turned into actions. The SDK hands events on in order and once, so that nothing here sorts or
// drops.
import {
  conversationEventTypes,
  inboxEventTypes,
  type ClientState,
  type Head,
  type InboxEvent,
  type OutboxMessage,
  type SkeinClient,
} from '../../../protocol/client/index.ts';
import type { Action } from '../store/action.ts';
import type { ChatState, Connection } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import type { ChatSession } from './chat-session.ts';
import { loadAdded, loadAgain } from './conversation-loading.ts';

export interface ArrivalParts {
  readonly client: SkeinClient;
  readonly store: Store<ChatState, Action>;
  readonly session: ChatSession;
  readonly signal: AbortSignal;
  readonly onSignedOut: (reason: string) => void;
}

export function bindArrivals(parts: ArrivalParts): void {
  const { client, store, session } = parts;
  client.on('state', (state) => stateChanged(parts, state));
  client.on('event', (id, event, asOfSeq) => {
    store.dispatch({ type: 'event', id, event, asOfSeq });
    session.groups.happened(id, event);
    session.alerts.messageArrived(id, event);
    if (event[2] !== conversationEventTypes.conversationDeleted) return;
    client.unfollow(id);
    store.dispatch({ type: 'removed', id, how: 'deleted' });
  });
  client.on('cursor', (id, userId, deliveredSeq, readSeq, readOrdinal) =>
    store.dispatch({ type: 'cursor', id, userId, deliveredSeq, readSeq, readOrdinal }),
  );
  client.on('outbox', (message) => outboxChanged(parts, message));
  client.on('subscribed', (id, head) => subscribed(parts, id, head));
  // `reset` follows a `subscribed` with a new epoch, by which the reducer has dropped the old history already.
  client.on('subscriptionRefused', (id, code) => {
    if (code === 'conversation_deleted') store.dispatch({ type: 'removed', id, how: 'deleted' });
    if (code === 'conversation_not_found') store.dispatch({ type: 'removed', id, how: null });
  });
  client.on('presence', (presences) => store.dispatch({ type: 'presence', presences }));
  client.on('inbox', (event) => inboxChanged(parts, event));
}

function subscribed({ client, store, session, signal }: ArrivalParts, id: string, head: Head): void {
  const known = store.get().conversations.get(id);
  store.dispatch({ type: 'subscribed', id, head });
  // From here on events are live; what was there before is known to this device, and can be paged to.
  if (known?.loadedFrom === null && head.headSeq > 0) client.markDelivered(id, head.headSeq);
  // The summary may have trailed the head, and a replaced history has no preview: fetch the last message.
  const begins = known?.loadedFrom === null || known?.epoch !== head.epoch;
  if (!begins) return;
  if ((store.get().conversations.get(id)?.last?.ordinal ?? 0) < head.headOrdinal) {
    void session.loadEarlier(id, 1);
  }
  if (known?.kind === 'group' && known.details.asOfSeq < head.headSeq) {
    loadAgain(client, store, signal, id).catch(() => undefined);
  }
}

function inboxChanged({ client, store, session, signal }: ArrivalParts, event: InboxEvent): void {
  switch (event[2]) {
    case inboxEventTypes.conversationAdded:
      loadAdded(client, store, signal, event[3]).catch(() => undefined);
      return;
    case inboxEventTypes.conversationRemoved: {
      // Whether it was deleted the conversation itself tells, before or after this.
      const how = event[5] === store.get().myId ? 'left' : null;
      return store.dispatch({ type: 'removed', id: event[3], how });
    }
    case inboxEventTypes.mentioned:
      session.people.need([event[5]]);
      session.notifications.happened(event);
      return void session.alerts.inboxChanged(event);
    case inboxEventTypes.notificationsRead:
      return session.notifications.happened(event);
    case inboxEventTypes.muteChanged:
      return store.dispatch({ type: 'muted', id: event[3], untilMs: event[4] });
    case inboxEventTypes.blockChanged:
      session.people.need([event[3]]);
      return store.dispatch({ type: 'blocked', userId: event[3], blocked: event[4] });
    case inboxEventTypes.deviceAdded:
      return;
  }
}

function outboxChanged({ client, store }: ArrivalParts, message: OutboxMessage): void {
  store.dispatch({ type: 'outgoing', id: message.conversationId, message });
  // Whoever writes has read what stands above.
  if (message.state.name === 'sent') client.markRead(message.conversationId, message.state.seq);
}

function stateChanged({ store, session, onSignedOut }: ArrivalParts, state: ClientState): void {
  if (state.name === 'signed_out') return onSignedOut(state.reason);
  if (state.name === 'online') {
    const { userId, handle, displayName } = state;
    store.dispatch({ type: 'welcomed', me: { userId, handle, displayName } });
    session.uploads.connected();
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
