// Everything that can change the state.
import type {
  ConversationEvent,
  ConversationSummary,
  Head,
  OutboxMessage,
} from '../../../protocol/client/index.ts';
import type { ActsAction } from './acts.ts';
import type { BoundAction } from './bounds.ts';
import type { DetachedAction } from './detached-reducer.ts';
import type { MemberListAction } from './member-lists.ts';
import type { NotificationAction } from './notifications.ts';
import type { PeopleAction } from './people.ts';
import type { Message } from './message.ts';
import type { Connection, Ended, Person } from './state.ts';
import type { PageOfEvents } from './stretch.ts';

/** Changes in or to one conversation. */
export type ConversationAction =
  | { readonly type: 'subscribed'; readonly id: string; readonly head: Head }
  | {
      readonly type: 'event';
      readonly id: string;
      readonly event: ConversationEvent;
      /** As of when a message in it stands; its own seq when it is not given. */
      readonly asOfSeq?: number;
    }
  | {
      readonly type: 'cursor';
      readonly id: string;
      readonly userId: string;
      readonly deliveredSeq: number;
      readonly readSeq: number;
      readonly readOrdinal: number;
    }
  | { readonly type: 'earlierRequested'; readonly id: string }
  | ({
      readonly type: 'earlierLoaded';
      readonly id: string;
      readonly epoch: number;
      /** The `loadedFrom` that the page was asked for; another value by now makes the page worthless. */
      readonly before: number;
      readonly more: boolean;
    } & PageOfEvents)
  | { readonly type: 'earlierFailed'; readonly id: string }
  /** This person wants to see the lost messages no longer, or sends one of their own again. */
  | { readonly type: 'lostPutAway'; readonly id: string }
  | { readonly type: 'lostSentAgain'; readonly id: string; readonly key: string }
  /** A message that another one answers; null: there is none for this person. */
  | { readonly type: 'quoted'; readonly id: string; readonly seq: number; readonly message: Message | null }
  | BoundAction
  | DetachedAction;

/** State of a message written here, as the SDK's outbox tells it. */
export interface OutgoingAction {
  readonly type: 'outgoing';
  readonly id: string;
  readonly message: OutboxMessage;
}

/** Changes of the page, and of the list of conversations. */
export type ListAction =
  | { readonly type: 'welcomed'; readonly me: Person }
  | { readonly type: 'connection'; readonly connection: Connection }
  | { readonly type: 'listed'; readonly summaries: readonly ConversationSummary[] }
  | { readonly type: 'listComplete' }
  | { readonly type: 'opened'; readonly id: string | null }
  /** how: null when it is not known, which changes nothing of what is. */
  | { readonly type: 'removed'; readonly id: string; readonly how: Ended['how'] | null }
  | { readonly type: 'muted'; readonly id: string; readonly untilMs: number };

export type Action =
  | ListAction
  | ConversationAction
  | OutgoingAction
  | PeopleAction
  | MemberListAction
  | NotificationAction
  | ActsAction;
