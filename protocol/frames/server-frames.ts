// Everything the server may send.
import { Type, type Static } from '@sinclair/typebox';
import { Conversation, ConversationList } from './conversations.ts';
import { CursorsMoved, EventPush, InboxPush } from './event.ts';
import { Welcome } from './hello.ts';
import { Page } from './history.ts';
import { Done, Refused } from './outcome.ts';
import { Pong } from './ping.ts';
import { ReauthenticateSoon } from './reauthenticate.ts';
import { Accepted } from './send.ts';
import { InboxPage } from './session.ts';
import { Resubscribe, Subscribed } from './subscribe.ts';
import { UserList } from './users.ts';

export const ServerFrame = Type.Union([
  Welcome,
  Done,
  Pong,
  Accepted,
  Subscribed,
  Page,
  Conversation,
  ConversationList,
  UserList,
  InboxPage,
  Refused,
  EventPush,
  InboxPush,
  CursorsMoved,
  ReauthenticateSoon,
  Resubscribe,
]);
export type ServerFrame = Static<typeof ServerFrame>;
/** Frames that answer nothing. */
export type PushFrame = EventPush | InboxPush | CursorsMoved | ReauthenticateSoon | Resubscribe;
