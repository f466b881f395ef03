// The statements that write a batch. All of them may meet rows that are there already: a projection that is done
// twice changes nothing.
import type pg from 'pg';
import { inboxEventTypes } from '../../protocol/events/event-types.ts';
import type { ProjectionRows } from './rows.ts';

export async function writeRows(db: pg.ClientBase, rows: ProjectionRows): Promise<void> {
  if (rows.created.length > 0) await writeCreated(db, rows);
  if (rows.messages.length > 0) await writeMessages(db, rows);
  if (rows.heads.size > 0) await raiseHeads(db, rows);
  if (rows.cursors.size > 0) await raiseCursors(db, rows);
  if (rows.inbox.length > 0) await writeInbox(db, rows);
}

async function writeCreated(db: pg.ClientBase, { created, events, effects }: ProjectionRows): Promise<void> {
  await db.query({
    name: 'project-conversations',
    text: `insert into conversations
             (conversation_id, kind, epoch, created_at, created_by, head_seq, head_ordinal, active_at)
           select id, kind, epoch, to_timestamp(at / 1000), creator, 0, 0, to_timestamp(at / 1000)
           from unnest($1::uuid[], $2::text[], $3::int4[], $4::float8[], $5::uuid[])
             as t (id, kind, epoch, at, creator)
           on conflict do nothing`,
    values: [
      created.map((row) => row.conversationId),
      created.map(({ event }) => event[4]),
      created.map((row) => row.epoch),
      created.map(({ event }) => event[1]),
      created.map(({ event }) => event[3]),
    ],
  });
  const members = created.flatMap(({ conversationId, event }) =>
    event[5].map((userId) => ({ conversationId, userId, seq: event[0] })),
  );
  await db.query({
    name: 'project-members',
    text: `insert into conversation_members (conversation_id, user_id, joined_seq)
           select * from unnest($1::uuid[], $2::uuid[], $3::int8[]) on conflict do nothing`,
    values: [
      members.map((row) => row.conversationId),
      members.map((row) => row.userId),
      members.map((row) => row.seq),
    ],
  });
  await db.query({
    name: 'project-events',
    text: `insert into conversation_events (conversation_id, seq, at, type, fields)
           select id, seq, to_timestamp(at / 1000), type, fields
           from unnest($1::uuid[], $2::int8[], $3::float8[], $4::int2[], $5::jsonb[]) as t (id, seq, at, type, fields)
           on conflict do nothing`,
    values: [
      events.map((row) => row.conversationId),
      events.map(({ event }) => event[0]),
      events.map(({ event }) => event[1]),
      events.map(({ event }) => event[2]),
      events.map(({ event }) => JSON.stringify(event.slice(3))),
    ],
  });
  await db.query({
    name: 'project-effects',
    text: `insert into pending_effects (user_id, conversation_id, seq, by_user_id, shard)
           select t.* from unnest($1::uuid[], $2::uuid[], $3::int8[], $4::uuid[], $5::int4[])
             as t (user_id, conversation_id, seq, by_user_id, shard)
           where not exists (select 1 from inbox_events e where e.user_id = t.user_id
             and e.cause_conversation_id = t.conversation_id and e.cause_seq = t.seq)
           on conflict do nothing`,
    values: [
      effects.map((row) => row.userId),
      effects.map((row) => row.conversationId),
      effects.map((row) => row.seq),
      effects.map((row) => row.byUserId),
      effects.map((row) => row.shard),
    ],
  });
}

async function writeMessages(db: pg.ClientBase, { messages }: ProjectionRows): Promise<void> {
  await db.query({
    name: 'project-messages',
    text: `insert into messages
             (conversation_id, seq, ordinal, sent_at, sender_id, idempotency_key, fingerprint, body)
           select id, seq, ordinal, to_timestamp(at / 1000), sender, key, fingerprint, body
           from unnest($1::uuid[], $2::int8[], $3::int8[], $4::float8[], $5::uuid[], $6::uuid[], $7::int8[], $8::text[])
             as t (id, seq, ordinal, at, sender, key, fingerprint, body)
           on conflict (conversation_id, seq) do nothing`,
    values: [
      messages.map((row) => row.conversationId),
      messages.map(({ event }) => event[0]),
      messages.map(({ event }) => event[5]),
      messages.map(({ event }) => event[1]),
      messages.map(({ event }) => event[3]),
      messages.map(({ event }) => event[4]),
      messages.map((row) => row.fingerprint),
      messages.map(({ event }) => event[6]),
    ],
  });
}

async function raiseHeads(db: pg.ClientBase, { heads }: ProjectionRows): Promise<void> {
  const rows = [...heads];
  await db.query({
    name: 'project-heads',
    text: `update conversations c
           set head_seq = greatest(c.head_seq, t.seq), head_ordinal = greatest(c.head_ordinal, t.ordinal),
               active_at = greatest(c.active_at, to_timestamp(t.at / 1000))
           from unnest($1::uuid[], $2::int8[], $3::int8[], $4::float8[]) as t (id, seq, ordinal, at)
           where c.conversation_id = t.id`,
    values: [
      rows.map(([conversationId]) => conversationId),
      rows.map(([, head]) => head.seq),
      rows.map(([, head]) => head.ordinal),
      rows.map(([, head]) => head.atMs),
    ],
  });
}

async function raiseCursors(db: pg.ClientBase, { cursors }: ProjectionRows): Promise<void> {
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
      rows.map(({ cursor }) => cursor[0]),
      rows.map(({ cursor }) => cursor[1]),
      rows.map(({ cursor }) => cursor[2]),
      rows.map(({ cursor }) => cursor[3]),
    ],
  });
}

async function writeInbox(db: pg.ClientBase, rows: ProjectionRows): Promise<void> {
  const { inbox, devices } = rows;
  const fields = inbox.map(({ userId, event }) => {
    const added = event[2] === inboxEventTypes.conversationAdded;
    return {
      userId,
      event,
      conversationId: added ? event[3] : null,
      causeSeq: added ? event[4] : null,
      byUserId: added ? event[5] : null,
      deviceId: added ? null : event[3],
    };
  });
  await db.query({
    name: 'project-inbox',
    text: `insert into inbox_events
             (user_id, seq, at, type, cause_conversation_id, cause_seq, by_user_id, device_id)
           select user_id, seq, to_timestamp(at / 1000), type, conversation_id, cause_seq, by_user_id, device_id
           from unnest($1::uuid[], $2::int8[], $3::float8[], $4::int2[], $5::uuid[], $6::int8[], $7::uuid[], $8::uuid[])
             as t (user_id, seq, at, type, conversation_id, cause_seq, by_user_id, device_id)
           on conflict (user_id, seq) do nothing`,
    values: [
      fields.map((row) => row.userId),
      fields.map(({ event }) => event[0]),
      fields.map(({ event }) => event[1]),
      fields.map(({ event }) => event[2]),
      fields.map((row) => row.conversationId),
      fields.map((row) => row.causeSeq),
      fields.map((row) => row.byUserId),
      fields.map((row) => row.deviceId),
    ],
  });
  await db.query({
    name: 'project-effects-done',
    text: `delete from pending_effects p
           using unnest($1::uuid[], $2::uuid[], $3::int8[]) as t (user_id, conversation_id, seq)
           where p.user_id = t.user_id and p.conversation_id = t.conversation_id and p.seq = t.seq`,
    values: [
      fields.map((row) => row.userId),
      fields.map((row) => row.conversationId),
      fields.map((row) => row.causeSeq),
    ],
  });
  // One at a time: a device may come twice in a batch, and they are rare.
  for (const { userId, event } of devices) {
    await db.query({
      name: 'project-device',
      text: `insert into devices (user_id, device_id, name, public_key, registered_at)
             values ($1, $2, $3, $4, to_timestamp($5::float8 / 1000))
             on conflict (user_id, device_id) do update
               set name = excluded.name, public_key = excluded.public_key, registered_at = excluded.registered_at`,
      values: [userId, event[3], event[4], Buffer.from(event[5]), event[1]],
    });
  }
}
