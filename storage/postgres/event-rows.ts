// Rows as events: the two tables of one sequence, read back as what was journaled, messages as they stand now.
import { fromWire, type Wire } from '../../protocol/codec/named.ts';
import { conversationEventTypes as types } from '../../protocol/events/event-types.ts';
import {
  conversationEventFromWire,
  Attachment,
  type ConversationEvent,
  type MessageSent,
  ReactionCount,
  type Tombstone,
} from '../../protocol/events/conversation-event.ts';

export interface EventRow {
  readonly seq: number;
  readonly at_ms: number;
  readonly type: number;
  readonly sender_id: string | null;
  readonly idempotency_key: string | null;
  readonly ordinal: number | null;
  readonly body: string | null;
  readonly reply_to: number | null;
  readonly mentions: string[] | null;
  readonly attachments: Wire<typeof Attachment>[] | null;
  readonly edited_ms: number | null;
  readonly deleted_ms: number | null;
  readonly deleted_by: string | null;
  readonly reactions: Wire<typeof ReactionCount>[] | null;
  readonly fields: unknown[] | null;
}

const attachmentFromWire = fromWire(Attachment);
const reactionCountFromWire = fromWire(ReactionCount);

const ms = (column: string) => `round(extract(epoch from ${column}) * 1000)::float8`;

/** Columns of EventRow of one message, `m`. @param viewer the parameter with whose own reactions are marked */
export function messageColumns(viewer: string): string {
  return `m.seq, ${ms('m.sent_at')} as at_ms, ${types.message}::int2 as type, m.sender_id, m.idempotency_key,
    m.ordinal, m.body, m.reply_to, m.mentions, m.attachments, ${ms('m.edited_at')} as edited_ms,
    ${ms('m.deleted_at')} as deleted_ms, m.deleted_by,
    (select json_agg(json_build_array(emoji, n, mine) order by since) from (
       select emoji, count(*) as n, coalesce(bool_or(r.user_id = ${viewer}::uuid), false) as mine, min(seq) as since
       from reactions r where r.conversation_id = m.conversation_id and r.message_seq = m.seq
       group by emoji) as counts) as reactions,
    null::jsonb as fields`;
}

/**
 * Selects EventRow columns and, of the same moment, the conversation's projected head as `as_of`.
 * @param where names the rows of both tables @param tail orders and limits each
 */
export function selectEvents(where: string, tail: string, viewer: string, conversationId: string): string {
  return `
    select events.*, (select head_seq from conversations where conversation_id = ${conversationId}) as as_of from (
      (select ${messageColumns(viewer)} from messages m where ${where} ${tail})
      union all
      (select seq, ${ms('at')}, type, null, null, null,
              (select body from message_revisions r where r.conversation_id = e.conversation_id and r.seq = e.seq
                 and e.type = ${types.messageEdited}),
              null, null, null, null, null, null, null, fields
       from conversation_events e where ${where} ${tail})
    ) as events ${tail}`;
}

export function eventOf(row: EventRow): ConversationEvent {
  if (row.type === types.message) return messageOf(row);
  // The column holds the places of the event after its type (projector/event-statements.ts).
  const event = conversationEventFromWire([row.seq, row.at_ms, row.type, ...row.fields!] as never);
  if (event.type !== 'messageEdited') return event;
  return { ...event, body: row.body, mentions: row.body === null ? [] : event.mentions };
}

function messageOf(row: EventRow): MessageSent | Tombstone {
  const { seq, at_ms: atMs, sender_id: by, idempotency_key: key, ordinal } = row;
  const written = { seq, atMs, by: by!, key: key!, ordinal: ordinal! };
  if (row.deleted_ms !== null) {
    return { ...written, type: 'tombstone', deletedBy: row.deleted_by!, deletedAtMs: row.deleted_ms };
  }
  return {
    ...written,
    type: 'message',
    body: row.body!,
    replyTo: row.reply_to,
    mentions: row.mentions ?? [],
    attachments: (row.attachments ?? []).map(attachmentFromWire),
    editedAtMs: row.edited_ms,
    reactions: (row.reactions ?? []).map(reactionCountFromWire),
  };
}
