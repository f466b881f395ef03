// Pushes: what happened, to everyone subscribed. Their request id is 0.
import { Type, type Static } from '@sinclair/typebox';
import { ConversationEvent } from '../events/conversation-event.ts';
import { InboxEvent } from '../events/inbox-event.ts';
import { opcodes } from '../opcodes.ts';
import { RequestId, Seq, Uuid } from './fields.ts';
import { MemberCursor } from './subscribe.ts';

/** [event, 0, conversationId, epoch, conversationEvent] */
export const EventPush = Type.Tuple([Type.Literal(opcodes.event), RequestId, Uuid, Seq, ConversationEvent]);
export type EventPush = Static<typeof EventPush>;

/** [inboxEvent, 0, inboxEvent] */
export const InboxPush = Type.Tuple([Type.Literal(opcodes.inboxEvent), RequestId, InboxEvent]);
export type InboxPush = Static<typeof InboxPush>;

/**
 * [cursorsMoved, 0, conversationId, memberCursors]: values that only grow; a later one replaces an earlier one, and
 * one may be skipped.
 */
export const CursorsMoved = Type.Tuple([
  Type.Literal(opcodes.cursorsMoved),
  RequestId,
  Uuid,
  Type.Array(MemberCursor),
]);
export type CursorsMoved = Static<typeof CursorsMoved>;
