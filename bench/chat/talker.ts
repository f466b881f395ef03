// Client of one person in a run, in two kinds: the SDK, or the lean one that leaves the server more of the
// machine. Both hand events on in order, without a gap and without a repeat, by the same code of the SDK.
import type { ConversationEvent, SocketLike } from '../../protocol/client/index.ts';
import type { UserRequests } from '../../protocol/client/user-requests.ts';

export const talkerKinds = ['sdk', 'wire'] as const;
export type TalkerKind = (typeof talkerKinds)[number];

export interface CuttableSocket extends SocketLike {
  /** Ends it without a word, as the end of a network does. */
  cut(): void;
}

export interface TalkerOptions {
  /** The server's WebSocket. */
  readonly url: string;
  readonly openSocket: (url: string) => CuttableSocket;
  readonly receipts: boolean;
  /** An access token; `stale` when the last one is about to end or was refused. */
  readonly token: (stale: boolean) => Promise<string>;
  readonly listener: TalkerListener;
}

export interface TalkerListener {
  /** Connected and greeted, for the first time or again. */
  online(userId: string): void;
  /** Connecting has failed for good. */
  ended(reason: string): void;
  /** A subscription stands, for the first time or again. */
  subscribed(conversationId: string, headSeq: number): void;
  refused(conversationId: string, code: string, message: string): void;
  event(conversationId: string, event: ConversationEvent): void;
}

export interface Talker {
  /** Requests that get one answer. */
  readonly requests: UserRequests;
  readonly isOnline: boolean;
  /** In words. */
  readonly condition: string;
  connect(): void;
  /** For good. */
  close(): void;
  /** Ends the present socket without a word, as a network would; the talker comes back by itself. */
  cut(): void;
  follow(conversationId: string): void;
  /**
   * Sends, over reconnects and refusals that are not for good; resolves with the sequence number, rejects with
   * RequestError.
   */
  send(conversationId: string, body: string): Promise<number>;
}

/** As the server sees the generators. */
export const clientName = 'bench';
