// The sequence of each conversation: its events but the messages, its head, and how far its members have come.
import type pg from 'pg';
import { conversationEventToWire, type ConversationEvent } from '../../protocol/events/conversation-event.ts';
import { conversationEventTypes as types } from '../../protocol/events/event-types.ts';
import type { Added } from './message-statements.ts';
import type { ProjectionRows } from './rows.ts';

/** The text of an edit goes to the revisions, from where it can vanish; the event itself stays for good (MSG-8). */
export async function writeEvents(db: pg.ClientBase, { events }: ProjectionRows): Promise<void> {
  await db.query({
    name: 'project-events',
    text: `insert into conversation_events (conversation_id, seq, at, type, fields)
           select id, seq, to_timestamp(at / 1000), type, fields
           from unnest($1::uuid[], $2::int8[], $3::float8[], $4::int2[], $5::jsonb[]) as t (id, seq, at, type, fields)
           on conflict do nothing`,
    values: [
      events.map((row) => row.conversationId),
      events.map(({ event }) => event.seq),
      events.map(({ event }) => event.atMs),
      events.map(({ event }) => types[event.type]),
      events.map(({ event }) => JSON.stringify(fieldsOf(event))),
    ],
  });
}

/** The places of the event after its type (postgres/event-rows.ts reads them). */
function fieldsOf(event: ConversationEvent): unknown[] {
  const kept = event.type === 'messageEdited' ? { ...event, body: null } : event;
  return conversationEventToWire(kept).slice(3);
}

/** Every message moves its conversation's head: its count goes with that, in one update of the row. */
export async function raiseHeads(db: pg.ClientBase, { heads }: ProjectionRows, added: Added): Promise<void> {
  const rows = [...heads];
  await db.query({
    name: 'project-heads',
    text: `update conversations c
           set head_seq = greatest(c.head_seq, t.seq), head_ordinal = greatest(c.head_ordinal, t.ordinal),
               last_at = greatest(c.last_at, to_timestamp(t.at / 1000)),
               active_at = greatest(c.active_at, to_timestamp(t.active_at / 1000)),
               message_count = c.message_count + t.added
           from unnest($1::uuid[], $2::int8[], $3::int8[], $4::float8[], $5::float8[], $6::int4[])
             as t (id, seq, ordinal, at, active_at, added)
           where c.conversation_id = t.id`,
    values: [
      rows.map(([conversationId]) => conversationId),
      rows.map(([, head]) => head.seq),
      rows.map(([, head]) => head.ordinal),
      rows.map(([, head]) => head.atMs),
      rows.map(([, head]) => head.activeAtMs),
      rows.map(([conversationId]) => added.get(conversationId) ?? 0),
    ],
  });
}

export async function raiseCursors(db: pg.ClientBase, { cursors }: ProjectionRows): Promise<void> {
  const rows = [...cursors.values()];
  await db.query({
    name: 'project-cursors',
    text: `update conversation_members m
           set delivered_seq = greatest(m.delivered_seq, t.delivered), read_seq = greatest(m.read_seq, t.read),
               read_ordinal = greatest(m.read_ordinal, t.ordinal)
           from unnest($1::uuid[], $2::uuid[], $3::int8[], $4::int8[], $5::int8[])
             as t (id, user_id, delivered, read, ordinal)
           where m.conversation_id = t.id and m.user_id = t.user_id`,
    values: [
      rows.map((row) => row.conversationId),
      rows.map(({ cursor }) => cursor.userId),
      rows.map(({ cursor }) => cursor.deliveredSeq),
      rows.map(({ cursor }) => cursor.readSeq),
      rows.map(({ cursor }) => cursor.readOrdinal),
    ],
  });
}
