// What the page knows: one immutable value that the reducers replace and the components read.
import type { ConversationSummary, Profile } from '../../../protocol/client/index.ts';

export interface Person {
  readonly userId: string;
  readonly handle: string;
  readonly displayName: string;
}

/** How far one member has received and read; values only grow. */
export interface Cursor {
  readonly deliveredSeq: number;
  readonly readSeq: number;
  readonly readOrdinal: number;
}

/** A message the server has stored. */
export interface Message {
  readonly key: string;
  readonly seq: number;
  readonly ordinal: number;
  readonly atMs: number;
  readonly senderId: string;
  readonly body: string;
}

export type Progress =
  /** Kept on this device until there is a connection. */
  | { readonly name: 'queued' }
  | { readonly name: 'sending' }
  | { readonly name: 'sent'; readonly seq: number; readonly ordinal: number }
  | { readonly name: 'failed'; readonly reason: string };

/** A message of this user whose event has not come back yet. */
export interface Outgoing {
  readonly key: string;
  readonly body: string;
  readonly writtenAtMs: number;
  readonly progress: Progress;
}

export interface Conversation {
  readonly id: string;
  readonly kind: ConversationSummary[1];
  readonly members: readonly Person[];
  readonly epoch: number;
  readonly headSeq: number;
  /** Number of messages up to the head. */
  readonly headOrdinal: number;
  readonly activeAtMs: number;
  readonly last: Message | null;
  readonly cursors: ReadonlyMap<string, Cursor>;
  /** Ascending by seq, without a gap from `loadedFrom` to the head. */
  readonly messages: readonly Message[];
  /** Every event from this seq on is known; null until the first subscription tells where the head is. */
  readonly loadedFrom: number | null;
  readonly atStart: boolean;
  readonly earlier: 'idle' | 'loading' | 'failed';
}

/** What the page tells about the connection. */
export type Connection =
  | { readonly name: 'connecting'; readonly failed: boolean }
  | { readonly name: 'online' }
  | { readonly name: 'reconnecting' }
  | { readonly name: 'stopped'; readonly reason: string };

export interface ChatState {
  readonly myId: string;
  /** Null until the first welcome. */
  readonly me: Person | null;
  readonly connection: Connection;
  readonly listLoaded: boolean;
  readonly openId: string | null;
  readonly conversations: ReadonlyMap<string, Conversation>;
  /** By conversation, in the order they were written. */
  readonly outgoing: ReadonlyMap<string, readonly Outgoing[]>;
}

export function initialState(myId: string): ChatState {
  return {
    myId,
    me: null,
    connection: { name: 'connecting', failed: false },
    listLoaded: false,
    openId: null,
    conversations: new Map(),
    outgoing: new Map(),
  };
}

export function personOf([userId, handle, displayName]: Profile): Person {
  return { userId, handle, displayName };
}
