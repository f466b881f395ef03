// Writes a batch, in the order in which its parts need each other. All of the statements may meet rows that are there
// already: a projection that is done twice changes nothing.
import type pg from 'pg';
import { firstEpoch } from '../../actors/conversation/state.ts';
import { shardOf } from '../../actors/runtime/address.ts';
import { conversationEventToWire, type ConversationEvent } from '../../protocol/events/conversation-event.ts';
import { conversationEventTypes as types } from '../../protocol/events/event-types.ts';
import type { ProjectionRows } from './rows.ts';
import { writeInbox } from './inbox-statements.ts';
import { writeMemberChanges } from './member-statements.ts';
import {
  writeDeletions,
  writeEdits,
  writeMessages,
  writeReactions,
  type Added,
} from './message-statements.ts';

const noneAdded: Added = new Map();

export async function writeRows(db: pg.ClientBase, rows: ProjectionRows): Promise<void> {
  if (rows.created.length > 0) await writeCreated(db, rows);
  if (rows.members.length > 0) await writeMemberChanges(db, rows.members);
  if (rows.events.length > 0) await writeEvents(db, rows);
  const added = rows.messages.length > 0 ? await writeMessages(db, rows) : noneAdded;
  if (rows.reactions.size > 0) await writeReactions(db, rows);
  if (rows.edits.length > 0) await writeEdits(db, rows);
  if (rows.deletions.length > 0) await writeDeletions(db, rows);
  if (rows.heads.size > 0) await raiseHeads(db, rows, added);
  if (rows.cursors.size > 0) await raiseCursors(db, rows);
  await writeConversationChanges(db, rows);
  if (rows.effects.length > 0) await writeEffects(db, rows);
  if (rows.inbox.length > 0) await writeInbox(db, rows.inbox);
}

async function writeCreated(db: pg.ClientBase, { created }: ProjectionRows): Promise<void> {
  await db.query({
    name: 'project-conversations',
    text: `insert into conversations
             (conversation_id, kind, epoch, created_at, created_by, head_seq, head_ordinal, active_at, last_at,
              name, description, avatar_id, member_count)
           select id, kind, $9::int4, to_timestamp(at / 1000), creator, 0, 0, to_timestamp(at / 1000),
                  to_timestamp(at / 1000), name, description, avatar, members
           from unnest($1::uuid[], $2::text[], $3::float8[], $4::uuid[], $5::text[], $6::text[], $7::uuid[], $8::int4[])
             as t (id, kind, at, creator, name, description, avatar, members)
           on conflict do nothing`,
    values: [
      created.map((row) => row.conversationId),
      created.map(({ event }) => event.kind),
      created.map(({ event }) => event.atMs),
      created.map(({ event }) => event.by),
      created.map(({ event }) => event.name),
      created.map(({ event }) => event.description),
      created.map(({ event }) => event.avatarId),
      created.map(({ event }) => event.memberIds.length),
      firstEpoch,
    ],
  });
}

/** The text of an edit goes to the revisions, from where it can vanish; the event itself stays for good (MSG-8). */
async function writeEvents(db: pg.ClientBase, { events }: ProjectionRows): Promise<void> {
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
async function raiseHeads(db: pg.ClientBase, { heads }: ProjectionRows, added: Added): Promise<void> {
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

/** Rare changes, one row at a time. */
async function writeConversationChanges(db: pg.ClientBase, rows: ProjectionRows): Promise<void> {
  for (const { conversationId, event } of rows.created) {
    if (event.avatarId !== null) await keepAvatar(db, conversationId, event.avatarId, event.seq);
  }
  for (const { conversationId, event } of rows.profiles.values()) {
    if (event.avatarId !== null) await keepAvatar(db, conversationId, event.avatarId, event.seq);
    await db.query({
      name: 'project-former-avatar',
      text: `update uploads u set deleted_at = now() from conversations c
             where c.conversation_id = $1 and u.upload_id = c.avatar_id and u.upload_id is distinct from $2`,
      values: [conversationId, event.avatarId],
    });
    await db.query({
      name: 'project-profile',
      text: 'update conversations set name = $2, description = $3, avatar_id = $4 where conversation_id = $1',
      values: [conversationId, event.name, event.description, event.avatarId],
    });
  }
  for (const { conversationId, event } of rows.invites.values()) {
    await db.query({
      name: 'project-invite',
      text: 'update conversations set invite_hash = $2 where conversation_id = $1',
      values: [conversationId, event.codeHash],
    });
  }
  for (const { userId, conversationId, blocked, version } of rows.blocks.values()) {
    await db.query({
      name: 'project-block',
      text: `update conversation_members set blocks = $3, blocks_version = $4
             where conversation_id = $1 and user_id = $2 and blocks_version < $4`,
      values: [conversationId, userId, blocked, version],
    });
    await db.query({
      name: 'project-block-done',
      text: `delete from pending_effects where conversation_id = $1 and user_id = $2 and seq <= $3
             and type in ('blocked', 'unblocked')`,
      values: [conversationId, userId, version],
    });
  }
  for (const { conversationId, event } of rows.ended) {
    await db.query({
      name: 'project-conversation-deleted',
      text: `update conversations set deleted_at = to_timestamp($2::float8 / 1000), invite_hash = null
             where conversation_id = $1`,
      values: [conversationId, event.atMs],
    });
    await db.query({
      name: 'project-conversation-uploads',
      text: 'update uploads set deleted_at = now() where conversation_id = $1 and deleted_at is null',
      values: [conversationId],
    });
    // The event does not name its members; the record knows them.
    const { rows: members } = await db.query<{ user_id: string }>({
      name: 'project-members-of',
      text: 'select user_id from conversation_members where conversation_id = $1',
      values: [conversationId],
    });
    for (const { user_id: userId } of members) {
      const { seq, by: byUserId } = event;
      const effect = { type: 'conversation_removed', userId, conversationId, seq, byUserId } as const;
      rows.effects.push({ ...effect, shard: shardOf(userId) });
    }
  }
}

/** An upload that an event carries does not expire. */
async function keepAvatar(db: pg.ClientBase, conversationId: string, avatarId: string, seq: number) {
  await db.query({
    name: 'project-avatar',
    text: 'update uploads set message_seq = $3 where upload_id = $2 and conversation_id = $1',
    values: [conversationId, avatarId, seq],
  });
}

/** What the other actor has recorded already needs no repeat. */
async function writeEffects(db: pg.ClientBase, { effects }: ProjectionRows): Promise<void> {
  await db.query({
    name: 'project-effects',
    text: `insert into pending_effects (type, user_id, conversation_id, seq, by_user_id, shard)
           select t.* from unnest($1::text[], $2::uuid[], $3::uuid[], $4::int8[], $5::uuid[], $6::int4[])
             as t (type, user_id, conversation_id, seq, by_user_id, shard)
           where case when t.type in ('blocked', 'unblocked')
             then not exists (select 1 from conversation_members m where m.conversation_id = t.conversation_id
               and m.user_id = t.user_id and m.blocks_version >= t.seq)
             else not exists (select 1 from inbox_events e where e.user_id = t.user_id
               and e.cause_conversation_id = t.conversation_id and e.cause_seq = t.seq)
               -- Who is blocked is not heard: nothing would ever be recorded (ACC-5).
               and not (t.type = 'mentioned' and exists (select 1 from user_blocks b
                 where b.user_id = t.user_id and b.blocked_user_id = t.by_user_id)) end
           on conflict do nothing`,
    values: [
      effects.map((row) => row.type),
      effects.map((row) => row.userId),
      effects.map((row) => row.conversationId),
      effects.map((row) => row.seq),
      effects.map((row) => row.byUserId),
      effects.map((row) => row.shard),
    ],
  });
}
