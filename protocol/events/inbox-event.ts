// The durable events of one user's session: what every device of theirs should know. They have their own gapless
// sequence, so that a device resumes them like a conversation.
import { fromWire, toWire, type Named } from '../codec/named.ts';
import { inboxEventTypes as types } from './event-types.ts';
import { Labelled, named, Seq, Text, TimeMs, Uuid } from '../frames/fields.ts';
import { GroupsFrom } from '../frames/group-requests.ts';
import { Type } from '../frames/schema.ts';

/** A conversation of which the user is a member now; causeSeq is the event in it that says so. */
export const ConversationAdded = named(
  'ConversationAdded',
  ['seq', 'atMs', 'type', 'conversationId', 'causeSeq', 'by'],
  [Seq, TimeMs, Labelled(types.conversationAdded, 'conversationAdded'), Uuid, Seq, Uuid],
);
export type ConversationAdded = Named<typeof ConversationAdded>;

/** The public key is an X25519 key of 32 bytes (ACC-3). */
export const DeviceAdded = named(
  'DeviceAdded',
  ['seq', 'atMs', 'type', 'deviceId', 'name', 'publicKey'],
  [
    Seq,
    TimeMs,
    Labelled(types.deviceAdded, 'deviceAdded'),
    Uuid,
    Text,
    Type.Uint8Array({ minByteLength: 32, maxByteLength: 32 }),
  ],
);
export type DeviceAdded = Named<typeof DeviceAdded>;

/** The user left, was removed, or the conversation was deleted. Notifications of messages before causeSeq are gone. */
export const ConversationRemoved = named(
  'ConversationRemoved',
  ['seq', 'atMs', 'type', 'conversationId', 'causeSeq', 'by'],
  [Seq, TimeMs, Labelled(types.conversationRemoved, 'conversationRemoved'), Uuid, Seq, Uuid],
);
export type ConversationRemoved = Named<typeof ConversationRemoved>;

/** A notification: someone named the user in a message (MEN-1); causeSeq is the message, or the edit that did so. */
export const Mentioned = named(
  'Mentioned',
  ['seq', 'atMs', 'type', 'conversationId', 'messageSeq', 'by', 'causeSeq'],
  [Seq, TimeMs, Labelled(types.mentioned, 'mentioned'), Uuid, Seq, Uuid, Seq],
);
export type Mentioned = Named<typeof Mentioned>;

/** The message names the user no longer, or is deleted; causeSeq is the event that did so. Its notification is gone. */
export const MentionEnded = named(
  'MentionEnded',
  ['seq', 'atMs', 'type', 'conversationId', 'messageSeq', 'causeSeq'],
  [Seq, TimeMs, Labelled(types.mentionEnded, 'mentionEnded'), Uuid, Seq, Seq],
);
export type MentionEnded = Named<typeof MentionEnded>;

/** Notifications up to upToSeq, and those named besides, are read (MEN-2). */
export const NotificationsRead = named(
  'NotificationsRead',
  ['seq', 'atMs', 'type', 'upToSeq', 'seqs'],
  [Seq, TimeMs, Labelled(types.notificationsRead, 'notificationsRead'), Seq, Type.Array(Seq)],
);
export type NotificationsRead = Named<typeof NotificationsRead>;

/** Muted until then; 0: not muted. */
export const MuteChanged = named(
  'MuteChanged',
  ['seq', 'atMs', 'type', 'conversationId', 'untilMs'],
  [Seq, TimeMs, Labelled(types.muteChanged, 'muteChanged'), Uuid, TimeMs],
);
export type MuteChanged = Named<typeof MuteChanged>;

/** The user blocked someone, or does so no longer (ACC-5). */
export const BlockChanged = named(
  'BlockChanged',
  ['seq', 'atMs', 'type', 'userId', 'blocked'],
  [Seq, TimeMs, Labelled(types.blockChanged, 'blockChanged'), Uuid, Type.Boolean()],
);
export type BlockChanged = Named<typeof BlockChanged>;

/** Someone wants to add the user to a group and may not without asking (ACC-5). */
export const GroupRequested = named(
  'GroupRequested',
  ['seq', 'atMs', 'type', 'conversationId', 'by', 'name'],
  [Seq, TimeMs, Labelled(types.groupRequested, 'groupRequested'), Uuid, Uuid, Text],
);
export type GroupRequested = Named<typeof GroupRequested>;

/** The user came into the group, or declined, or it cannot be had any more. */
export const GroupRequestEnded = named(
  'GroupRequestEnded',
  ['seq', 'atMs', 'type', 'conversationId', 'accepted'],
  [Seq, TimeMs, Labelled(types.groupRequestEnded, 'groupRequestEnded'), Uuid, Type.Boolean()],
);
export type GroupRequestEnded = Named<typeof GroupRequestEnded>;

/** Those who may add the user to groups without asking are others now. */
export const GroupsFromChanged = named(
  'GroupsFromChanged',
  ['seq', 'atMs', 'type', 'groupsFrom'],
  [Seq, TimeMs, Labelled(types.groupsFromChanged, 'groupsFromChanged'), GroupsFrom],
);
export type GroupsFromChanged = Named<typeof GroupsFromChanged>;

export const InboxEvent = Type.Union([
  ConversationAdded,
  DeviceAdded,
  ConversationRemoved,
  Mentioned,
  NotificationsRead,
  MuteChanged,
  BlockChanged,
  GroupRequested,
  GroupRequestEnded,
  GroupsFromChanged,
  MentionEnded,
]);
export type InboxEvent = Named<typeof InboxEvent>;

export const inboxEventToWire = toWire(InboxEvent);
export const inboxEventFromWire = fromWire(InboxEvent);
