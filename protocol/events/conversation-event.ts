// The durable events of a conversation, as they stand in frames, in the journal and in memory alike. Everyone
// sees them in the order of their gapless sequence number (MSG-1).
import { Type, type Static } from '@sinclair/typebox';
import { conversationEventTypes } from './event-types.ts';
import { Seq, Text, TimeMs, Uuid } from '../frames/fields.ts';

export const ConversationKind = Type.Union([Type.Literal('direct')]);
export type ConversationKind = Static<typeof ConversationKind>;

/** [seq, atMs, 1, creatorId, kind, memberIds] */
export const ConversationCreated = Type.Tuple([
  Seq,
  TimeMs,
  Type.Literal(conversationEventTypes.created),
  Uuid,
  ConversationKind,
  Type.Array(Uuid),
]);
export type ConversationCreated = Static<typeof ConversationCreated>;

/** [seq, atMs, 2, senderId, key, ordinal, body]; the ordinal counts messages only, from 1. */
export const MessageSent = Type.Tuple([
  Seq,
  TimeMs,
  Type.Literal(conversationEventTypes.message),
  Uuid,
  Uuid,
  Seq,
  Text,
]);
export type MessageSent = Static<typeof MessageSent>;

export const ConversationEvent = Type.Union([ConversationCreated, MessageSent]);
export type ConversationEvent = Static<typeof ConversationEvent>;
