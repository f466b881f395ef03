// The durable events of a conversation: objects told apart by the word in their type inside, arrays in the order of the
// names in frames and in the journal (codec/named.ts). Everyone sees them in the order of their gapless sequence number
// (MSG-1). `by` is always who did it.
import { fromWire, toWire, type Named } from '../codec/named.ts';
import { conversationEventTypes as types } from './event-types.ts';
import { Count, Labelled, named, Nullable, OneOf, Seq, Text, TimeMs, Uuid } from '../frames/fields.ts';
import { Type } from '../frames/schema.ts';

export const ConversationKind = OneOf('direct', 'group');
export type ConversationKind = Named<typeof ConversationKind>;

export const Role = OneOf('member', 'admin');
export type Role = Named<typeof Role>;

/** A file on a message. Width and height are in pixels, 0 for what is no image. */
export const Attachment = named(
  'Attachment',
  ['attachmentId', 'name', 'type', 'bytes', 'width', 'height'],
  [Uuid, Text, Text, Count, Count, Count],
);
export type Attachment = Named<typeof Attachment>;

/** How often an emoji stands on a message, and whether the one who reads this put it there. */
export const ReactionCount = named(
  'ReactionCount',
  ['emoji', 'count', 'mine'],
  [Text, Count, Type.Boolean()],
);
export type ReactionCount = Named<typeof ReactionCount>;

/** The creator of a group is its first admin. A direct conversation has no name, description or avatar. */
export const ConversationCreated = named(
  'ConversationCreated',
  ['seq', 'atMs', 'type', 'by', 'kind', 'memberIds', 'name', 'description', 'avatarId'],
  [
    Seq,
    TimeMs,
    Labelled(types.created, 'created'),
    Uuid,
    ConversationKind,
    Type.Array(Uuid),
    Text,
    Text,
    Nullable(Uuid),
  ],
);
export type ConversationCreated = Named<typeof ConversationCreated>;

/**
 * The ordinal counts messages only, from 1. In an event `editedAtMs` is null and `reactions` empty: that is how a
 * message begins. In a page both are as of the page's `asOfSeq`, and so are body and mentions.
 */
export const MessageSent = named(
  'Message',
  [
    'seq',
    'atMs',
    'type',
    'by',
    'key',
    'ordinal',
    'body',
    'replyTo',
    'mentions',
    'attachments',
    'editedAtMs',
    'reactions',
  ],
  [
    Seq,
    TimeMs,
    Labelled(types.message, 'message'),
    Uuid,
    Uuid,
    Seq,
    Text,
    Nullable(Seq),
    Type.Array(Uuid),
    Type.Array(Attachment),
    Nullable(TimeMs),
    Type.Array(ReactionCount),
  ],
);
export type MessageSent = Named<typeof MessageSent>;

/** In what capacity someone deleted a message (MSG-5). */
export const Capacity = OneOf('author', 'admin', 'platform_admin');
export type Capacity = Named<typeof Capacity>;

export const MessageDeleted = named(
  'MessageDeleted',
  ['seq', 'atMs', 'type', 'by', 'messageSeq', 'capacity'],
  [Seq, TimeMs, Labelled(types.messageDeleted, 'messageDeleted'), Uuid, Seq, Capacity],
);
export type MessageDeleted = Named<typeof MessageDeleted>;

/** The body is null when the message was deleted since. */
export const MessageEdited = named(
  'MessageEdited',
  ['seq', 'atMs', 'type', 'by', 'messageSeq', 'body', 'mentions'],
  [Seq, TimeMs, Labelled(types.messageEdited, 'messageEdited'), Uuid, Seq, Nullable(Text), Type.Array(Uuid)],
);
export type MessageEdited = Named<typeof MessageEdited>;

/** An emoji was put on a message, or taken off; never one that changes nothing (REA-1). */
export const ReactionChanged = named(
  'ReactionChanged',
  ['seq', 'atMs', 'type', 'by', 'messageSeq', 'emoji', 'present'],
  [Seq, TimeMs, Labelled(types.reaction, 'reaction'), Uuid, Seq, Text, Type.Boolean()],
);
export type ReactionChanged = Named<typeof ReactionChanged>;

/** Stands where a deleted message stood, in pages and in what a subscription recovers. */
export const Tombstone = named(
  'Tombstone',
  ['seq', 'atMs', 'type', 'by', 'key', 'ordinal', 'deletedBy', 'deletedAtMs'],
  [Seq, TimeMs, Labelled(types.tombstone, 'tombstone'), Uuid, Uuid, Seq, Uuid, TimeMs],
);
export type Tombstone = Named<typeof Tombstone>;

/** Someone who joined by an invitation added themselves. The ordinal is that of the last message before. */
export const MembersAdded = named(
  'MembersAdded',
  ['seq', 'atMs', 'type', 'by', 'userIds', 'headOrdinal'],
  [Seq, TimeMs, Labelled(types.membersAdded, 'membersAdded'), Uuid, Type.Array(Uuid), Seq],
);
export type MembersAdded = Named<typeof MembersAdded>;

/** Someone who left removed themselves. */
export const MemberRemoved = named(
  'MemberRemoved',
  ['seq', 'atMs', 'type', 'by', 'userId'],
  [Seq, TimeMs, Labelled(types.memberRemoved, 'memberRemoved'), Uuid, Uuid],
);
export type MemberRemoved = Named<typeof MemberRemoved>;

export const RoleChanged = named(
  'RoleChanged',
  ['seq', 'atMs', 'type', 'by', 'userId', 'role'],
  [Seq, TimeMs, Labelled(types.roleChanged, 'roleChanged'), Uuid, Uuid, Role],
);
export type RoleChanged = Named<typeof RoleChanged>;

export const ProfileChanged = named(
  'ProfileChanged',
  ['seq', 'atMs', 'type', 'by', 'name', 'description', 'avatarId'],
  [Seq, TimeMs, Labelled(types.profileChanged, 'profileChanged'), Uuid, Text, Text, Nullable(Uuid)],
);
export type ProfileChanged = Named<typeof ProfileChanged>;

/** The last event of a conversation (GRP-5). */
export const ConversationDeleted = named(
  'ConversationDeleted',
  ['seq', 'atMs', 'type', 'by'],
  [Seq, TimeMs, Labelled(types.conversationDeleted, 'conversationDeleted'), Uuid],
);
export type ConversationDeleted = Named<typeof ConversationDeleted>;

/** There is a new invitation, known to whoever asked for it, or none any more (null). */
export const InviteChanged = named(
  'InviteChanged',
  ['seq', 'atMs', 'type', 'by', 'codeHash'],
  [Seq, TimeMs, Labelled(types.inviteChanged, 'inviteChanged'), Uuid, Nullable(Text)],
);
export type InviteChanged = Named<typeof InviteChanged>;

export const ConversationEvent = Type.Union([
  ConversationCreated,
  MessageSent,
  MessageDeleted,
  MessageEdited,
  ReactionChanged,
  Tombstone,
  MembersAdded,
  MemberRemoved,
  RoleChanged,
  ProfileChanged,
  ConversationDeleted,
  InviteChanged,
]);
export type ConversationEvent = Named<typeof ConversationEvent>;

export const conversationEventToWire = toWire(ConversationEvent);
export const conversationEventFromWire = fromWire(ConversationEvent);
export const messageToWire = toWire(MessageSent);
export const messageFromWire = fromWire(MessageSent);
