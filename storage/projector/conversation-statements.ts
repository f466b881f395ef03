// Conversations themselves: how they begin, what a group shows of itself, who blocks whom, how they end.
import type pg from 'pg';
import { firstEpoch } from '../../actors/conversation/state.ts';
import { shardOf } from '../../actors/runtime/address.ts';
import type { ProjectionRows, StoredEffect } from './rows.ts';

export async function writeCreated(db: pg.ClientBase, { created }: ProjectionRows): Promise<void> {
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

/** The first event of an epoch says where it began; later ones of it find that noted. */
export async function writeCuts(db: pg.ClientBase, rows: ProjectionRows): Promise<void> {
  const cuts = [...rows.cuts.values()];
  await db.query({
    name: 'project-cuts',
    text: `insert into conversation_cuts (conversation_id, epoch, unchanged_to)
           select * from unnest($1::uuid[], $2::int4[], $3::int8[]) on conflict do nothing`,
    values: [
      cuts.map(({ conversationId }) => conversationId),
      cuts.map(({ epoch }) => epoch),
      cuts.map(({ unchangedTo }) => unchangedTo),
    ],
  });
}

/** An avatar that a new group has does not expire. */
export async function keepFirstAvatars(db: pg.ClientBase, rows: ProjectionRows): Promise<void> {
  for (const { conversationId, event } of rows.created) {
    if (event.avatarId !== null) await keepAvatar(db, conversationId, event.avatarId, event.seq);
  }
}

/** Rare, as all that follows: one row at a time. */
export async function writeProfiles(db: pg.ClientBase, rows: ProjectionRows): Promise<void> {
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
}

export async function writeInvites(db: pg.ClientBase, rows: ProjectionRows): Promise<void> {
  for (const { conversationId, event } of rows.invites.values()) {
    await db.query({
      name: 'project-invite',
      text: 'update conversations set invite_hash = $2 where conversation_id = $1',
      values: [conversationId, event.codeHash],
    });
  }
}

export async function writeBlocks(db: pg.ClientBase, rows: ProjectionRows): Promise<void> {
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
}

/** Answers whom the end of a conversation takes it from: the event does not name its members, the record knows them. */
export async function writeEnds(db: pg.ClientBase, rows: ProjectionRows): Promise<StoredEffect[]> {
  const removals: StoredEffect[] = [];
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
    const { rows: members } = await db.query<{ user_id: string }>({
      name: 'project-members-of',
      text: 'select user_id from conversation_members where conversation_id = $1',
      values: [conversationId],
    });
    for (const { user_id: userId } of members) {
      const { seq, by: byUserId } = event;
      const effect = {
        type: 'conversation_removed',
        userId,
        conversationId,
        seq,
        messageSeq: null,
        byUserId,
      } as const;
      removals.push({ ...effect, shard: shardOf(userId) });
    }
  }
  return removals;
}

/** An upload that an event carries does not expire. */
async function keepAvatar(db: pg.ClientBase, conversationId: string, avatarId: string, seq: number) {
  await db.query({
    name: 'project-avatar',
    text: 'update uploads set message_seq = $3 where upload_id = $2 and conversation_id = $1',
    values: [conversationId, avatarId, seq],
  });
}
