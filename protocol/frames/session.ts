// The user's own stream: registering a device, following the inbox on all of them, and notifications (MEN-2).
import type { Named } from '../codec/named.ts';
import { InboxEvent } from '../events/inbox-event.ts';
import { limits } from '../limits.ts';
import { opcodes } from '../opcodes.ts';
import { Count, named, Nullable, RequestId, Seq, TimeMs, Uuid } from './fields.ts';
import { Type } from './schema.ts';

/** Answered by done; a repeat changes nothing (ACC-3). */
export const RegisterDevice = named(
  'RegisterDevice',
  ['opcode', 'requestId', 'deviceId', 'name', 'publicKey'],
  [
    Type.Literal(opcodes.registerDevice),
    RequestId,
    Uuid,
    Type.String({ minLength: 1, maxLength: limits.deviceNameLengthMax }),
    Type.Uint8Array({ minByteLength: 32, maxByteLength: 32 }),
  ],
);
export type RegisterDevice = Named<typeof RegisterDevice>;

/** Follow from here; null: only what comes from now on. */
export const FollowInbox = named(
  'FollowInbox',
  ['opcode', 'requestId', 'afterSeq'],
  [Type.Literal(opcodes.inbox), RequestId, Nullable(Seq)],
);
export type FollowInbox = Named<typeof FollowInbox>;

/**
 * more: ask again after the last one. Another epoch than that of the answer before: events were lost, and what you have of
 * the inbox is void; begin anew from headSeq.
 */
export const InboxPage = named(
  'InboxPage',
  ['opcode', 'requestId', 'events', 'headSeq', 'more', 'epoch'],
  [Type.Literal(opcodes.inboxPage), RequestId, Type.Array(InboxEvent), Seq, Type.Boolean(), Seq],
);
export type InboxPage = Named<typeof InboxPage>;

/** Latest first; beforeSeq null: from the latest. */
export const ListNotifications = named(
  'ListNotifications',
  ['opcode', 'requestId', 'beforeSeq', 'limit'],
  [
    Type.Literal(opcodes.notifications),
    RequestId,
    Nullable(Seq),
    Type.Integer({ minimum: 1, maximum: limits.notificationPageMax }),
  ],
);
export type ListNotifications = Named<typeof ListNotifications>;

/** `by` named the user in a message; seq is the inbox event's. */
export const Notification = named(
  'Notification',
  ['seq', 'atMs', 'conversationId', 'messageSeq', 'by', 'read'],
  [Seq, TimeMs, Uuid, Seq, Uuid, Type.Boolean()],
);
export type Notification = Named<typeof Notification>;

/** As every inbox event up to asOfSeq has left them; unread counts all, also those of other pages. */
export const NotificationList = named(
  'NotificationList',
  ['opcode', 'requestId', 'notifications', 'unread', 'more', 'asOfSeq'],
  [Type.Literal(opcodes.notificationList), RequestId, Type.Array(Notification), Count, Type.Boolean(), Seq],
);
export type NotificationList = Named<typeof NotificationList>;

/** Those up to upToSeq and those named besides are read; answered by done. */
export const MarkNotifications = named(
  'MarkNotifications',
  ['opcode', 'requestId', 'upToSeq', 'seqs'],
  [
    Type.Literal(opcodes.markNotifications),
    RequestId,
    Seq,
    Type.Array(Seq, { maxItems: limits.notificationPageMax }),
  ],
);
export type MarkNotifications = Named<typeof MarkNotifications>;

/** Ends the sign-in of this socket's token, or all of this user's (ACC-7); answered by done, then the socket is closed. */
export const SignOut = named(
  'SignOut',
  ['opcode', 'requestId', 'everywhere'],
  [Type.Literal(opcodes.signOut), RequestId, Type.Boolean()],
);
export type SignOut = Named<typeof SignOut>;
