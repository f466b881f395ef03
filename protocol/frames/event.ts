// Pushes: what happened, to everyone subscribed. Their request id is 0.
import type { Named } from '../codec/named.ts';
import { ConversationEvent } from '../events/conversation-event.ts';
import { InboxEvent } from '../events/inbox-event.ts';
import { opcodes } from '../opcodes.ts';
import { named, RequestId, Seq, Uuid } from './fields.ts';
import { MemberCursor } from './subscribe.ts';
import { Type } from './schema.ts';

export const EventPush = named(
  'EventPush',
  ['opcode', 'requestId', 'conversationId', 'epoch', 'event'],
  [Type.Literal(opcodes.event), RequestId, Uuid, Seq, ConversationEvent],
);
export type EventPush = Named<typeof EventPush>;

export const InboxPush = named(
  'InboxPush',
  ['opcode', 'requestId', 'event'],
  [Type.Literal(opcodes.inboxEvent), RequestId, InboxEvent],
);
export type InboxPush = Named<typeof InboxPush>;

/** Values that only grow; a later one replaces an earlier one, and one may be skipped. */
export const CursorsMoved = named(
  'CursorsMoved',
  ['opcode', 'requestId', 'conversationId', 'cursors'],
  [Type.Literal(opcodes.cursorsMoved), RequestId, Uuid, Type.Array(MemberCursor)],
);
export type CursorsMoved = Named<typeof CursorsMoved>;
