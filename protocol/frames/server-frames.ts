// Everything the server may send.
import type { Named } from '../codec/named.ts';
import { Conversation, ConversationList } from './conversations.ts';
import { CursorsMoved, EventPush, InboxPush } from './event.ts';
import { InvitationDetails, Invite, MemberList } from './groups.ts';
import { GroupRequestList } from './group-requests.ts';
import { Welcome } from './hello.ts';
import { Page } from './history.ts';
import { AuditPage, InsightDetails } from './insight.ts';
import { ReactorList, ReceiptList, RevisionList, TypingChanged } from './messages.ts';
import { Done, Refused } from './outcome.ts';
import { Pong } from './ping.ts';
import { ReauthenticateSoon } from './reauthenticate.ts';
import { Accepted } from './send.ts';
import { InboxPage, NotificationList } from './session.ts';
import { Resubscribe, Subscribed, SubscriptionEnded } from './subscribe.ts';
import { PresenceChanged, PresenceList, UserList } from './users.ts';
import { Type } from './schema.ts';

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
  RevisionList,
  ReactorList,
  ReceiptList,
  Invite,
  InvitationDetails,
  MemberList,
  InsightDetails,
  NotificationList,
  PresenceList,
  AuditPage,
  GroupRequestList,
  Refused,
  EventPush,
  InboxPush,
  CursorsMoved,
  ReauthenticateSoon,
  Resubscribe,
  TypingChanged,
  PresenceChanged,
  SubscriptionEnded,
]);
export type ServerFrame = Named<typeof ServerFrame>;
/** Frames that answer nothing. */
export type PushFrame =
  | EventPush
  | InboxPush
  | CursorsMoved
  | ReauthenticateSoon
  | Resubscribe
  | TypingChanged
  | PresenceChanged
  | SubscriptionEnded;
