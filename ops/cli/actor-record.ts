// Rows of one actor in PostgreSQL, as numbers: never what people wrote.
import type { ActorKind } from '../../actors/runtime/address.ts';
import type { ClusterAccess } from './cluster/access.ts';

type Row = Record<string, unknown>;

/** Null when there is nothing. */
export async function recordOf(access: ClusterAccess, kind: ActorKind, id: string): Promise<Row | null> {
  const rows = await access.query<Row>(kind === 'conversation' ? conversationQuery : sessionQuery, [id]);
  return rows[0] ?? null;
}

const conversationQuery = `
  select kind, epoch as "epoch", head_seq::float8 as "headSeq", head_ordinal::float8 as "messages",
         message_count::float8 as "standing", member_count as "members", created_at as "createdAt",
         last_at as "lastAt", deleted_at is not null as "deleted"
  from conversations where conversation_id = $1`;

const sessionQuery = `
  select (select coalesce(max(seq), 0)::float8 from inbox_events where user_id = $1) as "headSeq",
         (select count(*)::int from conversation_members where user_id = $1) as "conversations",
         (select count(*)::int from devices where user_id = $1) as "devices",
         created_at as "createdAt"
  from users where user_id = $1`;
