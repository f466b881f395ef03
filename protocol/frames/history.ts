// A conversation's events by sequence number, backwards or forwards; a page never skips or repeats one (DM-3).
import type { Named } from '../codec/named.ts';
import { ConversationEvent } from '../events/conversation-event.ts';
import { limits } from '../limits.ts';
import { opcodes } from '../opcodes.ts';
import { named, OneOf, RequestId, Seq, Uuid } from './fields.ts';
import { Type } from './schema.ts';

export const HistoryDirection = OneOf('before', 'after');
export type HistoryDirection = Named<typeof HistoryDirection>;

/** Strictly before or after seq. */
export const History = named(
  'History',
  ['opcode', 'requestId', 'conversationId', 'direction', 'seq', 'limit'],
  [
    Type.Literal(opcodes.history),
    RequestId,
    Uuid,
    HistoryDirection,
    Seq,
    Type.Integer({ minimum: 1, maximum: limits.historyPageMax }),
  ],
);
export type History = Named<typeof History>;

/**
 * Ascending by seq; more: there is another page. Messages stand in it as every event up to asOfSeq has left them:
 * edited, counted, or as a tombstone.
 */
export const Page = named(
  'Page',
  ['opcode', 'requestId', 'conversationId', 'epoch', 'events', 'more', 'asOfSeq'],
  [Type.Literal(opcodes.page), RequestId, Uuid, Seq, Type.Array(ConversationEvent), Type.Boolean(), Seq],
);
export type Page = Named<typeof Page>;
