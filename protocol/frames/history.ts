// A conversation's events by sequence number, backwards or forwards; a page never skips or repeats one (DM-3).
import { Type, type Static } from '@sinclair/typebox';
import { ConversationEvent } from '../events/conversation-event.ts';
import { limits } from '../limits.ts';
import { opcodes } from '../opcodes.ts';
import { RequestId, Seq, Uuid } from './fields.ts';

export const HistoryDirection = Type.Union([Type.Literal('before'), Type.Literal('after')]);
export type HistoryDirection = Static<typeof HistoryDirection>;

/** [history, requestId, conversationId, 'before' | 'after', seq, limit]: strictly before or after seq. */
export const History = Type.Tuple([
  Type.Literal(opcodes.history),
  RequestId,
  Uuid,
  HistoryDirection,
  Seq,
  Type.Integer({ minimum: 1, maximum: limits.historyPageMax }),
]);
export type History = Static<typeof History>;

/** [page, requestId, conversationId, epoch, events, more]: ascending by seq; more: there is another page. */
export const Page = Type.Tuple([
  Type.Literal(opcodes.page),
  RequestId,
  Uuid,
  Seq,
  Type.Array(ConversationEvent),
  Type.Boolean(),
]);
export type Page = Static<typeof Page>;
