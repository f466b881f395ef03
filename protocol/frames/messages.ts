// Requests about a stored message: edit, delete (MSG-5), react (REA-1), and lists of what is known of it.
import type { Named } from '../codec/named.ts';
import { limits } from '../limits.ts';
import { opcodes } from '../opcodes.ts';
import { named, Nullable, RequestId, Seq, Text, TimeMs, Uuid } from './fields.ts';
import { MentionIds } from './send.ts';
import { MemberCursor } from './subscribe.ts';
import { Type } from './schema.ts';

/** Answered by done; the same body again changes nothing. */
export const Edit = named(
  'Edit',
  ['opcode', 'requestId', 'conversationId', 'messageSeq', 'body', 'mentions'],
  [Type.Literal(opcodes.edit), RequestId, Uuid, Seq, Text, MentionIds],
);
export type Edit = Named<typeof Edit>;

/** Answered by done; deleting it again changes nothing. */
export const DeleteMessage = named(
  'DeleteMessage',
  ['opcode', 'requestId', 'conversationId', 'messageSeq'],
  [Type.Literal(opcodes.deleteMessage), RequestId, Uuid, Seq],
);
export type DeleteMessage = Named<typeof DeleteMessage>;

/** Puts an emoji on a message or takes it off; answered by done, whether it changed anything or not. */
export const React = named(
  'React',
  ['opcode', 'requestId', 'conversationId', 'messageSeq', 'emoji', 'present'],
  [
    Type.Literal(opcodes.react),
    RequestId,
    Uuid,
    Seq,
    Type.String({ minLength: 1, maxLength: limits.emojiLengthMax }),
    Type.Boolean(),
  ],
);
export type React = Named<typeof React>;

/** Asks for the edit history of a message. */
export const ListRevisions = named(
  'ListRevisions',
  ['opcode', 'requestId', 'conversationId', 'messageSeq'],
  [Type.Literal(opcodes.revisions), RequestId, Uuid, Seq],
);
export type ListRevisions = Named<typeof ListRevisions>;

export const Revision = named('Revision', ['atMs', 'body'], [TimeMs, Text]);
export type Revision = Named<typeof Revision>;

/** Oldest first: the message as sent, then each edit. */
export const RevisionList = named(
  'RevisionList',
  ['opcode', 'requestId', 'conversationId', 'messageSeq', 'revisions'],
  [Type.Literal(opcodes.revisionList), RequestId, Uuid, Seq, Type.Array(Revision)],
);
export type RevisionList = Named<typeof RevisionList>;

/** Asks who put an emoji on a message; `after` is the last user id of the page before. */
export const ListReactors = named(
  'ListReactors',
  ['opcode', 'requestId', 'conversationId', 'messageSeq', 'emoji', 'after', 'limit'],
  [
    Type.Literal(opcodes.reactors),
    RequestId,
    Uuid,
    Seq,
    Type.String({ minLength: 1, maxLength: limits.emojiLengthMax }),
    Nullable(Uuid),
    Type.Integer({ minimum: 1, maximum: limits.reactorPageMax }),
  ],
);
export type ListReactors = Named<typeof ListReactors>;

export const ReactorList = named(
  'ReactorList',
  ['opcode', 'requestId', 'conversationId', 'messageSeq', 'userIds', 'more'],
  [Type.Literal(opcodes.reactorList), RequestId, Uuid, Seq, Type.Array(Uuid), Type.Boolean()],
);
export type ReactorList = Named<typeof ReactorList>;

/** Asks how far every member has received and read. */
export const ListReceipts = named(
  'ListReceipts',
  ['opcode', 'requestId', 'conversationId'],
  [Type.Literal(opcodes.receipts), RequestId, Uuid],
);
export type ListReceipts = Named<typeof ListReceipts>;

export const ReceiptList = named(
  'ReceiptList',
  ['opcode', 'requestId', 'conversationId', 'cursors'],
  [Type.Literal(opcodes.receiptList), RequestId, Uuid, Type.Array(MemberCursor)],
);
export type ReceiptList = Named<typeof ReceiptList>;

/** Says that one is writing, or has stopped; answered by done. Repeat it every `typingEveryMs` while it is true. */
export const Typing = named(
  'Typing',
  ['opcode', 'requestId', 'conversationId', 'active'],
  [Type.Literal(opcodes.typing), RequestId, Uuid, Type.Boolean()],
);
export type Typing = Named<typeof Typing>;

/** A push. True ends by itself after `typingEndsAfterMs`. */
export const TypingChanged = named(
  'TypingChanged',
  ['opcode', 'requestId', 'conversationId', 'userId', 'active'],
  [Type.Literal(opcodes.typingChanged), RequestId, Uuid, Uuid, Type.Boolean()],
);
export type TypingChanged = Named<typeof TypingChanged>;
