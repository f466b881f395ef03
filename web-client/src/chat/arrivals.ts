// What the SDK tells, turned into actions. The SDK hands events on in order and once, so that nothing here sorts or
// drops.
import {
  inboxEventTypes,
  type ClientState,
  type OutboxMessage,
  type SkeinClient,
} from '../../../protocol/client/index.ts';
import type { Action } from '../store/action.ts';
import type { ChatState, Connection } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import type { ChatSession } from './chat-session.ts';
import { loadAdded } from './conversation-loading.ts';

export interface ArrivalParts {
  readonly client: SkeinClient;
  readonly store: Store<ChatState, Action>;
  readonly session: ChatSession;
  readonly signal: AbortSignal;
  readonly onSignedOut: (reason: string) => void;
}

export function bindArrivals(parts: ArrivalParts): void {
  const { client, store, session, signal } = parts;
  client.on('state', (state) => stateChanged(parts, state));
  client.on('event', (id, event) => store.dispatch({ type: 'event', id, event }));
  client.on('cursor', (id, userId, deliveredSeq, readSeq, readOrdinal) =>
    store.dispatch({ type: 'cursor', id, userId, deliveredSeq, readSeq, readOrdinal }),
  );
  client.on('outbox', (message) => outboxChanged(parts, message));
  client.on('subscribed', (id, head) => {
    const known = store.get().conversations.get(id);
    store.dispatch({ type: 'subscribed', id, head });
    // From here on events are live; what was there before is known to this device, and can be paged to.
    if (known?.loadedFrom === null && head.headSeq > 0) client.markDelivered(id, head.headSeq);
    // The summary may have trailed the head, and a replaced history has no preview: fetch the last message.
    if ((store.get().conversations.get(id)?.last?.ordinal ?? 0) < head.headOrdinal) {
      if (known?.loadedFrom === null || known?.epoch !== head.epoch) void session.loadEarlier(id, 1);
    }
  });
  // `reset` follows a `subscribed` with a new epoch, by which the reducer has dropped the old history already.
  client.on('subscriptionRefused', (id) => store.dispatch({ type: 'removed', id }));
  client.on('inbox', (event) => {
    if (event[2] !== inboxEventTypes.conversationAdded) return;
    loadAdded(client, store, signal, event[3]).catch(() => undefined);
  });
}

function outboxChanged({ client, store }: ArrivalParts, message: OutboxMessage): void {
  store.dispatch({ type: 'outgoing', id: message.conversationId, message });
  // Whoever writes has read what stands above.
  if (message.state.name === 'sent') client.markRead(message.conversationId, message.state.seq);
}

function stateChanged({ store, onSignedOut }: ArrivalParts, state: ClientState): void {
  if (state.name === 'signed_out') return onSignedOut(state.reason);
  if (state.name === 'online') {
    const { userId, handle, displayName } = state;
    store.dispatch({ type: 'welcomed', me: { userId, handle, displayName } });
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
