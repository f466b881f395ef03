// Messages and what happens to them. Counts follow what the statements really changed, so they are exact (INS-1).
import type pg from 'pg';
import { toWire } from '../../protocol/codec/named.ts';
import { Attachment } from '../../protocol/events/conversation-event.ts';
import type { ProjectionRows } from './rows.ts';

const attachmentToWire = toWire(Attachment);

/** By conversation: how many messages there are now that were not there before. */
export type Added = ReadonlyMap<string, number>;

export async function writeMessages(db: pg.ClientBase, { messages }: ProjectionRows): Promise<Added> {
  const { rows: added } = await db.query<{ id: string; n: number }>({
    name: 'project-messages',
    text: `with added as (
             insert into messages
               (conversation_id, seq, ordinal, sent_at, sender_id, idempotency_key, fingerprint, body, reply_to,
                mentions, attachments)
             select id, seq, ordinal, to_timestamp(at / 1000), sender, key, fingerprint, body, reply_to,
                    mentions::uuid[], attachments
             from unnest($1::uuid[], $2::int8[], $3::int8[], $4::float8[], $5::uuid[], $6::uuid[], $7::int8[],
                         $8::text[], $9::int8[], $10::text[], $11::jsonb[])
               as t (id, seq, ordinal, at, sender, key, fingerprint, body, reply_to, mentions, attachments)
             on conflict (conversation_id, seq) do nothing
             returning conversation_id, sender_id, sent_at),
           by_day as (
             insert into conversation_days as d (conversation_id, day, messages)
             select conversation_id, (sent_at at time zone 'utc')::date, count(*) from added group by 1, 2
             on conflict (conversation_id, day) do update set messages = d.messages + excluded.messages),
           by_sender as (
             insert into conversation_senders as s (conversation_id, user_id, messages)
             select conversation_id, sender_id, count(*) from added group by 1, 2
             on conflict (conversation_id, user_id) do update set messages = s.messages + excluded.messages)
           select conversation_id as id, count(*) as n from added group by 1`,
    values: [
      messages.map((row) => row.conversationId),
      messages.map(({ event }) => event.seq),
      messages.map(({ event }) => event.ordinal),
      messages.map(({ event }) => event.atMs),
      messages.map(({ event }) => event.by),
      messages.map(({ event }) => event.key),
      messages.map((row) => row.fingerprint),
      messages.map(({ event }) => event.body),
      messages.map(({ event }) => event.replyTo),
      messages.map(({ event }) => `{${event.mentions.join()}}`),
      messages.map(({ event }) => JSON.stringify(event.attachments.map(attachmentToWire))),
    ],
  });
  await writeAttachments(db, messages);
  return new Map(added.map(({ id, n }) => [id, n]));
}

async function writeAttachments(db: pg.ClientBase, messages: ProjectionRows['messages']): Promise<void> {
  const attached = messages.flatMap(({ conversationId, event }) =>
    event.attachments.map(({ attachmentId }) => ({
      conversationId,
      attachmentId,
      seq: event.seq,
      atMs: event.atMs,
    })),
  );
  if (attached.length === 0) return;
  await db.query({
    name: 'project-attachments',
    text: `update uploads u set message_seq = t.seq, attached_at = to_timestamp(t.at / 1000)
           from unnest($1::uuid[], $2::uuid[], $3::int8[], $4::float8[]) as t (id, upload_id, seq, at)
           where u.upload_id = t.upload_id and u.conversation_id = t.id`,
    values: [
      attached.map((row) => row.conversationId),
      attached.map((row) => row.attachmentId),
      attached.map((row) => row.seq),
      attached.map((row) => row.atMs),
    ],
  });
}

/** Each is the last word of the batch on who put which emoji where. */
export async function writeReactions(db: pg.ClientBase, { reactions }: ProjectionRows): Promise<void> {
  const rows = [...reactions.values()];
  await db.query({
    name: 'project-reactions',
    text: `with wish as (
             select * from unnest($1::uuid[], $2::int8[], $3::text[], $4::uuid[], $5::int8[], $6::bool[])
               as t (id, message_seq, emoji, user_id, seq, present)),
           taken_off as (
             delete from reactions r using wish w
             where not w.present and r.conversation_id = w.id and r.message_seq = w.message_seq
               and r.emoji = w.emoji and r.user_id = w.user_id)
           insert into reactions (conversation_id, message_seq, emoji, user_id, seq)
           select id, message_seq, emoji, user_id, seq from wish where present
           on conflict (conversation_id, message_seq, emoji, user_id) do nothing`,
    values: [
      rows.map((row) => row.conversationId),
      rows.map(({ event }) => event.messageSeq),
      rows.map(({ event }) => event.emoji),
      rows.map(({ event }) => event.by),
      rows.map(({ event }) => event.seq),
      rows.map(({ event }) => event.present),
    ],
  });
}

/** The first edit of a message keeps its first text too. */
export async function writeEdits(db: pg.ClientBase, { edits }: ProjectionRows): Promise<void> {
  const targets = new Map(edits.map((row) => [`${row.conversationId}${row.event.messageSeq}`, row]));
  const last = [...targets.values()];
  await db.query({
    name: 'project-first-texts',
    text: `insert into message_revisions (conversation_id, message_seq, seq, at, body)
           select m.conversation_id, m.seq, m.seq, m.sent_at, m.body
           from unnest($1::uuid[], $2::int8[]) as t (id, message_seq)
           join messages m on m.conversation_id = t.id and m.seq = t.message_seq
           where m.edited_at is null and m.deleted_at is null
           on conflict do nothing`,
    values: [last.map((row) => row.conversationId), last.map(({ event }) => event.messageSeq)],
  });
  await db.query({
    name: 'project-revisions',
    text: `insert into message_revisions (conversation_id, message_seq, seq, at, body)
           select id, message_seq, seq, to_timestamp(at / 1000), body
           from unnest($1::uuid[], $2::int8[], $3::int8[], $4::float8[], $5::text[])
             as t (id, message_seq, seq, at, body)
           on conflict do nothing`,
    values: [
      edits.map((row) => row.conversationId),
      edits.map(({ event }) => event.messageSeq),
      edits.map(({ event }) => event.seq),
      edits.map(({ event }) => event.atMs),
      edits.map(({ event }) => event.body ?? ''),
    ],
  });
  await db.query({
    name: 'project-edits',
    text: `update messages m set body = t.body, mentions = t.mentions::uuid[], edited_at = to_timestamp(t.at / 1000)
           from unnest($1::uuid[], $2::int8[], $3::float8[], $4::text[], $5::text[])
             as t (id, message_seq, at, body, mentions)
           where m.conversation_id = t.id and m.seq = t.message_seq and m.deleted_at is null`,
    values: [
      last.map((row) => row.conversationId),
      last.map(({ event }) => event.messageSeq),
      last.map(({ event }) => event.atMs),
      last.map(({ event }) => event.body ?? ''),
      last.map(({ event }) => `{${event.mentions.join()}}`),
    ],
  });
}

/** A tombstone stays; texts, reactions and files go (MSG-5, REA-3). */
export async function writeDeletions(db: pg.ClientBase, { deletions }: ProjectionRows): Promise<void> {
  const conversationIds = deletions.map((row) => row.conversationId);
  const messageSeqs = deletions.map(({ event }) => event.messageSeq);
  await db.query({
    name: 'project-deletions',
    text: `with gone as (
             update messages m
             set body = '', mentions = '{}', attachments = '[]', deleted_by = t.by,
                 deleted_at = to_timestamp(t.at / 1000)
             from unnest($1::uuid[], $2::int8[], $3::float8[], $4::uuid[]) as t (id, message_seq, at, by)
             where m.conversation_id = t.id and m.seq = t.message_seq and m.deleted_at is null
             returning m.conversation_id, m.sender_id, m.sent_at),
           by_conversation as (
             update conversations c set message_count = message_count - n
             from (select conversation_id, count(*) as n from gone group by 1) as t
             where c.conversation_id = t.conversation_id),
           by_day as (
             update conversation_days d set messages = messages - n
             from (select conversation_id, (sent_at at time zone 'utc')::date as day, count(*) as n
                   from gone group by 1, 2) as t
             where d.conversation_id = t.conversation_id and d.day = t.day)
           update conversation_senders s set messages = messages - n
           from (select conversation_id, sender_id, count(*) as n from gone group by 1, 2) as t
           where s.conversation_id = t.conversation_id and s.user_id = t.sender_id`,
    values: [
      conversationIds,
      messageSeqs,
      deletions.map(({ event }) => event.atMs),
      deletions.map(({ event }) => event.by),
    ],
  });
  for (const table of ['message_revisions', 'reactions']) {
    await db.query({
      name: `project-deletions-${table}`,
      text: `delete from ${table} r using unnest($1::uuid[], $2::int8[]) as t (id, message_seq)
             where r.conversation_id = t.id and r.message_seq = t.message_seq`,
      values: [conversationIds, messageSeqs],
    });
  }
  await db.query({
    name: 'project-deletions-uploads',
    text: `update uploads u set deleted_at = now() from unnest($1::uuid[], $2::int8[]) as t (id, message_seq)
           where u.conversation_id = t.id and u.message_seq = t.message_seq and u.deleted_at is null`,
    values: [conversationIds, messageSeqs],
  });
}
