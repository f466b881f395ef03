// Effects on other actors that are still to be heard there: repeated until the other has recorded its own event.
import type pg from 'pg';
import { shardOf } from '../../actors/runtime/address.ts';
import type { ProjectionRows, StoredEffect } from './rows.ts';

/** Stores effects for their repeat, but for those that the other actor has recorded already. */
export async function writeEffects(db: pg.ClientBase, effects: readonly StoredEffect[]): Promise<void> {
  await db.query({
    name: 'project-effects',
    text: `insert into pending_effects (type, user_id, conversation_id, seq, by_user_id, shard, message_seq)
           select t.* from unnest($1::text[], $2::uuid[], $3::uuid[], $4::int8[], $5::uuid[], $6::int4[], $7::int8[])
             as t (type, user_id, conversation_id, seq, by_user_id, shard, message_seq)
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
      effects.map((row) => row.messageSeq),
    ],
  });
}

/** Notifications of what was read that are not read: their sessions hear of it, should they not have yet (MEN-2). */
export async function writeReadMentions(
  db: pg.ClientBase,
  { cursors, inbox }: Pick<ProjectionRows, 'cursors' | 'inbox'>,
): Promise<void> {
  const pairs = [
    ...Array.from(cursors.values(), ({ conversationId, cursor }) => ({
      conversationId,
      userId: cursor.userId,
    })),
    ...inbox.flatMap(({ userId, event }) =>
      event.type === 'mentioned' ? [{ conversationId: event.conversationId, userId }] : [],
    ),
  ];
  await db.query({
    name: 'project-read-mentions',
    text: `insert into pending_effects (type, user_id, conversation_id, seq, by_user_id, shard, message_seq)
           select 'mentions_read', m.user_id, m.conversation_id, m.read_seq, m.user_id, t.shard, m.read_seq
           from unnest($1::uuid[], $2::uuid[], $3::int4[]) as t (id, user_id, shard)
           join conversation_members m on m.conversation_id = t.id and m.user_id = t.user_id
           where exists (select 1 from notifications n where n.user_id = m.user_id and not n.read
                           and n.conversation_id = m.conversation_id and n.cause_seq <= m.read_seq)
           on conflict do nothing`,
    values: [
      pairs.map(({ conversationId }) => conversationId),
      pairs.map(({ userId }) => userId),
      pairs.map(({ userId }) => shardOf(userId)),
    ],
  });
}
