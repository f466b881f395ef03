// The list of a user's conversations, and opening a direct one (DM-1).
import { Type, type Static } from '@sinclair/typebox';
import { ConversationKind, MessageSent } from '../events/conversation-event.ts';
import { limits } from '../limits.ts';
import { opcodes } from '../opcodes.ts';
import { Nullable, RequestId, Seq, Text, TimeMs, Uuid } from './fields.ts';
import { Profile } from './users.ts';

/**
 * [conversationId, kind, epoch, headSeq, headOrdinal, readSeq, readOrdinal, activeAtMs, lastMessage | null, members].
 * From the projected record, so it may trail the live state by moments; a subscription tells the latest. Unread is
 * headOrdinal - readOrdinal.
 */
export const ConversationSummary = Type.Tuple([
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
]);
export type ConversationSummary = Static<typeof ConversationSummary>;

/** [openDirect, requestId, userId]; answered by conversation. */
export const OpenDirect = Type.Tuple([Type.Literal(opcodes.openDirect), RequestId, Uuid]);
export type OpenDirect = Static<typeof OpenDirect>;

/** [conversation, requestId, summary] */
export const Conversation = Type.Tuple([Type.Literal(opcodes.conversation), RequestId, ConversationSummary]);
export type Conversation = Static<typeof Conversation>;

/** [conversations, requestId, cursor | null, limit]: latest activity first. */
export const ListConversations = Type.Tuple([
  Type.Literal(opcodes.conversations),
  RequestId,
  Nullable(Type.String({ maxLength: 100 })),
  Type.Integer({ minimum: 1, maximum: limits.conversationPageMax }),
]);
export type ListConversations = Static<typeof ListConversations>;

/** [conversationList, requestId, summaries, nextCursor | null] */
export const ConversationList = Type.Tuple([
  Type.Literal(opcodes.conversationList),
  RequestId,
  Type.Array(ConversationSummary),
  Nullable(Text),
]);
export type ConversationList = Static<typeof ConversationList>;
