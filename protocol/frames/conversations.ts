// The list of a user's conversations, one of them, and opening a direct one (DM-1).
import type { Named } from '../codec/named.ts';
import { ConversationKind, MessageSent, Role } from '../events/conversation-event.ts';
import { limits } from '../limits.ts';
import { opcodes } from '../opcodes.ts';
import { Count, named, Nullable, RequestId, Seq, Text, TimeMs, Uuid } from './fields.ts';
import { Profile } from './users.ts';
import { Type } from './schema.ts';

/**
 * From the projected record, so it may trail the live state by moments; a subscription tells the latest. `unread`
 * messages are those above readOrdinal without the deleted ones, as of headSeq; nobody's own are among them, since writing
 * reads what stands above. `members` names a few. `mutedUntilMs` 0: not muted.
 */
export const ConversationSummary = named(
  'ConversationSummary',
  [
    'conversationId',
    'kind',
    'epoch',
    'headSeq',
    'headOrdinal',
    'readSeq',
    'readOrdinal',
    'activeAtMs',
    'lastMessage',
    'members',
    'memberCount',
    'name',
    'description',
    'avatarId',
    'role',
    'mutedUntilMs',
    'unread',
  ],
  [
    Uuid,
    ConversationKind,
    Seq,
    Seq,
    Seq,
    Seq,
    Seq,
    TimeMs,
    Nullable(MessageSent),
    Type.Array(Profile),
    Count,
    Text,
    Text,
    Nullable(Uuid),
    Role,
    TimeMs,
    Count,
  ],
);
export type ConversationSummary = Named<typeof ConversationSummary>;

/** Answered by conversation. */
export const OpenDirect = named(
  'OpenDirect',
  ['opcode', 'requestId', 'userId'],
  [Type.Literal(opcodes.openDirect), RequestId, Uuid],
);
export type OpenDirect = Named<typeof OpenDirect>;

/** Answered by conversation. */
export const GetConversation = named(
  'GetConversation',
  ['opcode', 'requestId', 'conversationId'],
  [Type.Literal(opcodes.getConversation), RequestId, Uuid],
);
export type GetConversation = Named<typeof GetConversation>;

export const Conversation = named(
  'Conversation',
  ['opcode', 'requestId', 'conversation'],
  [Type.Literal(opcodes.conversation), RequestId, ConversationSummary],
);
export type Conversation = Named<typeof Conversation>;

/** Latest activity first. */
export const ListConversations = named(
  'ListConversations',
  ['opcode', 'requestId', 'cursor', 'limit'],
  [
    Type.Literal(opcodes.conversations),
    RequestId,
    Nullable(Type.String({ maxLength: 100 })),
    Type.Integer({ minimum: 1, maximum: limits.conversationPageMax }),
  ],
);
export type ListConversations = Named<typeof ListConversations>;

export const ConversationList = named(
  'ConversationList',
  ['opcode', 'requestId', 'conversations', 'next'],
  [Type.Literal(opcodes.conversationList), RequestId, Type.Array(ConversationSummary), Nullable(Text)],
);
export type ConversationList = Named<typeof ConversationList>;

/** Mutes a conversation until then, for this user on every device; 0: no longer. Answered by done. */
export const Mute = named(
  'Mute',
  ['opcode', 'requestId', 'conversationId', 'untilMs'],
  [Type.Literal(opcodes.mute), RequestId, Uuid, Type.Integer({ minimum: 0, maximum: limits.muteUntilMsMax })],
);
export type Mute = Named<typeof Mute>;
