// Options of a client, its states, and the events that it emits.
import type { ConversationEvent } from '../events/conversation-event.ts';
import type { InboxEvent } from '../events/inbox-event.ts';
import type { MemberCursor } from '../frames/subscribe.ts';
import type { PresenceOf } from '../frames/users.ts';
import type { SocketLike } from './connection.ts';
import type { OutboxMessage } from './outbox-item.ts';
import type { OutboxStore } from './outbox-store/outbox-store.ts';
import type { Head } from './subscriptions.ts';

export interface ClientOptions {
  /** The server's WebSocket, `ws://host:port/ws` or `wss://…`. */
  readonly url: string;
  readonly deviceId: string;
  readonly clientName: string;
  /** An access token; `stale` when the last one was refused or is about to end. Rejects when nobody is signed in. */
  readonly token: (stale: boolean) => Promise<string>;
  /** Tell the server what was received, for the sender's "delivered". True by default. */
  readonly receipts?: boolean;
  /** Where messages are kept until the server has them; by default in memory, which the program's end takes along. */
  readonly outboxStore?: OutboxStore;
  readonly requestTimeoutMs?: number;
  readonly openSocket?: (url: string) => SocketLike;
  readonly localNow?: () => number;
}

export type ClientState =
  | { readonly name: 'idle' }
  | { readonly name: 'connecting' }
  | {
      readonly name: 'online';
      readonly userId: string;
      readonly handle: string;
      readonly displayName: string;
    }
  | { readonly name: 'waiting'; readonly retryInMs: number; readonly reason: string }
  | { readonly name: 'signed_out'; readonly reason: string }
  | { readonly name: 'stopped'; readonly code: number; readonly reason: string };

export type ClientEvents = {
  state: [ClientState];
  /**
   * In order, without a gap, without a repeat. A message stands in it as of asOfSeq: its own seq for a live event, a
   * later one for what was paged; see Timeline.
   */
  event: [conversationId: string, ConversationEvent, asOfSeq: number];
  subscribed: [conversationId: string, Head];
  /**
   * The server lost events that it had acknowledged: those up to unchangedTo stand, later ones that were handed on do not,
   * and what the server has in their place follows as events. 0: nothing stands; read the conversation anew.
   */
  reset: [conversationId: string, unchangedTo: number];
  subscriptionRefused: [conversationId: string, code: string, message: string];
  /** A member has received or read more. */
  cursor: [conversationId: string, cursor: MemberCursor];
  typing: [conversationId: string, userId: string, active: boolean];
  presence: [readonly PresenceOf[]];
  inbox: [InboxEvent];
  /** The server lost events of the inbox: what was learnt from them is to be asked for anew; it goes on from here. */
  inboxReset: [];
  /** A message written here was queued, or went on to its next state. */
  outbox: [OutboxMessage];
};
