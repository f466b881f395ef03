// Rows as events: the two tables of one sequence, read back as what was journaled.
import { conversationEventTypes } from '../../protocol/events/event-types.ts';
import type { ConversationEvent, MessageSent } from '../../protocol/events/conversation-event.ts';

export interface EventRow {
  readonly seq: number;
  readonly at_ms: number;
  readonly type: number;
  readonly sender_id: string | null;
  readonly idempotency_key: string | null;
  readonly ordinal: number | null;
  readonly body: string | null;
  readonly fields: unknown[] | null;
}

/** Selects EventRow columns; `where` names the rows of both tables, `tail` orders and limits each. */
export function selectEvents(where: string, tail: string): string {
  return `
    select * from (
      (select seq, (extract(epoch from sent_at) * 1000)::float8 as at_ms, ${conversationEventTypes.message} as type,
              sender_id, idempotency_key, ordinal, body, null::jsonb as fields
       from messages where ${where} ${tail})
      union all
      (select seq, (extract(epoch from at) * 1000)::float8, type, null, null, null, null, fields
       from conversation_events where ${where} ${tail})
    ) as events ${tail}`;
}

export function eventOf(row: EventRow): ConversationEvent {
  const atMs = Math.round(row.at_ms);
  if (row.type === conversationEventTypes.message) {
    const message: MessageSent = [
      row.seq,
      atMs,
      conversationEventTypes.message,
      row.sender_id!,
      row.idempotency_key!,
      row.ordinal!,
      row.body!,
    ];
    return message;
  }
  return [row.seq, atMs, row.type, ...row.fields!] as unknown as ConversationEvent;
}
