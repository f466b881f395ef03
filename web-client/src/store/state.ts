// State of the page: one immutable value that the reducers replace and the components read.
import type {
  ConversationEvent,
  ConversationSummary,
  GroupRequest,
  GroupsFrom,
  Profile,
} from '../../../protocol/client/index.ts';
import { noActs, type Acts } from './acts.ts';
import type { DeletedUnread } from './deleted-unread.ts';
import type { Details } from './details.ts';
import type { Excerpt } from './excerpt.ts';
import type { MemberLists } from './member-lists.ts';
import type { Message } from './message.ts';
import type { News } from './news.ts';
import { noNotifications, type Notifications } from './notifications.ts';
import type { People, Presences } from './people.ts';
import type { Detached, Loading } from './stretch.ts';

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
  readonly replyTo: number | null;
  /** How many files go with it. */
  readonly attachments: number;
  readonly writtenAtMs: number;
  readonly progress: Progress;
}

export interface Conversation {
  readonly id: string;
  readonly kind: ConversationSummary['kind'];
  /** A few of them; all of a direct conversation's. */
  readonly members: readonly Person[];
  readonly details: Details;
  /** On the server's clock; 0: not muted. */
  readonly mutedUntilMs: number;
  readonly epoch: number;
  readonly headSeq: number;
  /** Number of messages up to the head. */
  readonly headOrdinal: number;
  readonly deletedUnread: DeletedUnread;
  readonly activeAtMs: number;
  readonly last: Excerpt | null;
  readonly cursors: ReadonlyMap<string, Cursor>;
  /** Ascending by seq, without a gap from `loadedFrom` to the head. */
  readonly messages: readonly Message[];
  /** News about the conversation itself in that time. */
  readonly news: readonly News[];
  /** Every event from this seq on is known; null until the first subscription tells where the head is. */
  readonly loadedFrom: number | null;
  readonly atStart: boolean;
  readonly earlier: Loading;
  /** Where someone looks at old messages, apart from the above; null: at the end. */
  readonly detached: Detached | null;
  /** Messages that are answered by others, by seq, as far as they were asked for; null: there is none for this person. */
  readonly quoted: ReadonlyMap<number, Message | null>;
  /** Messages that this person was shown and the server lost, ascending; until they put them away. */
  readonly lost: readonly Message[];
  /** The latest live changes, for pages that were on their way when they came. */
  readonly changes: readonly ConversationEvent[];
}

/** A conversation that was there, and is not for this person any more. */
export interface Ended {
  readonly name: string;
  readonly how: 'removed' | 'left' | 'deleted';
}

/** The connection as the page shows it. */
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
  readonly ended: ReadonlyMap<string, Ended>;
  readonly people: People;
  readonly presences: Presences;
  readonly blocked: ReadonlySet<string>;
  /** Groups that this person is asked to come into, and who may add them without asking. */
  readonly groupRequests: { readonly groupsFrom: GroupsFrom; readonly requests: readonly GroupRequest[] };
  readonly memberLists: MemberLists;
  readonly notifications: Notifications;
  readonly acts: Acts;
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
    ended: new Map(),
    people: new Map(),
    presences: new Map(),
    blocked: new Set(),
    groupRequests: { groupsFrom: 'everyone', requests: [] },
    memberLists: new Map(),
    notifications: noNotifications,
    acts: noActs,
  };
}

export function personOf({ userId, handle, displayName }: Profile): Person {
  return { userId, handle, displayName };
}
