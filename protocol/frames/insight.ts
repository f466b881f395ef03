// Numbers of a conversation (INS-1), and its audit trail for those who answer for it (MSG-8).
import type { Named } from '../codec/named.ts';
import { limits } from '../limits.ts';
import { opcodes } from '../opcodes.ts';
import { HistoryDirection } from './history.ts';
import { Count, named, Nullable, RequestId, Seq, Text, TimeMs, Uuid } from './fields.ts';
import { Type } from './schema.ts';

export const GetInsight = named(
  'GetInsight',
  ['opcode', 'requestId', 'conversationId', 'days'],
  [
    Type.Literal(opcodes.insight),
    RequestId,
    Uuid,
    Type.Integer({ minimum: 1, maximum: limits.insightDaysMax }),
  ],
);
export type GetInsight = Named<typeof GetInsight>;

/** The day is YYYY-MM-DD in UTC. */
export const DayCount = named('DayCount', ['day', 'messages'], [Text, Count]);
export type DayCount = Named<typeof DayCount>;

export const SenderCount = named('SenderCount', ['userId', 'messages'], [Uuid, Count]);
export type SenderCount = Named<typeof SenderCount>;

/**
 * Counts are of messages that stand: exact after edits and deletes, from the projected record up to asOfSeq. Days
 * without a message are left out. The most active come first; who left is counted too.
 */
export const InsightDetails = named(
  'InsightDetails',
  [
    'opcode',
    'requestId',
    'conversationId',
    'createdAtMs',
    'createdBy',
    'memberCount',
    'messageCount',
    'days',
    'mostActive',
    'asOfSeq',
  ],
  [
    Type.Literal(opcodes.insightDetails),
    RequestId,
    Uuid,
    TimeMs,
    Uuid,
    Count,
    Count,
    Type.Array(DayCount),
    Type.Array(SenderCount),
    Seq,
  ],
);
export type InsightDetails = Named<typeof InsightDetails>;

/** The audit trail of a conversation, latest first; for its admins and for platform admins. */
export const ListAudit = named(
  'ListAudit',
  ['opcode', 'requestId', 'conversationId', 'cursor', 'limit'],
  [
    Type.Literal(opcodes.audit),
    RequestId,
    Uuid,
    Nullable(Type.String({ maxLength: 100 })),
    Type.Integer({ minimum: 1, maximum: limits.auditPageMax }),
  ],
);
export type ListAudit = Named<typeof ListAudit>;

/**
 * Someone did something: action is the name of an event, or `read_as_admin`. seq is the event's, 0 if it is none;
 * subject is whom or which message it concerned; detail is a reason or a word about it, never what was written.
 */
export const AuditEntry = named(
  'AuditEntry',
  ['atMs', 'action', 'by', 'seq', 'subject', 'detail'],
  [TimeMs, Text, Uuid, Seq, Nullable(Text), Nullable(Text)],
);
export type AuditEntry = Named<typeof AuditEntry>;

export const AuditPage = named(
  'AuditPage',
  ['opcode', 'requestId', 'conversationId', 'entries', 'next'],
  [Type.Literal(opcodes.auditPage), RequestId, Uuid, Type.Array(AuditEntry), Nullable(Text)],
);
export type AuditPage = Named<typeof AuditPage>;

/** History for a platform admin who is no member. It is noted in the audit trail, with the reason, before it is read. */
export const Moderate = named(
  'Moderate',
  ['opcode', 'requestId', 'conversationId', 'direction', 'seq', 'limit', 'reason'],
  [
    Type.Literal(opcodes.moderate),
    RequestId,
    Uuid,
    HistoryDirection,
    Seq,
    Type.Integer({ minimum: 1, maximum: limits.historyPageMax }),
    Type.String({ minLength: 1, maxLength: limits.moderationReasonLengthMax }),
  ],
);
export type Moderate = Named<typeof Moderate>;
