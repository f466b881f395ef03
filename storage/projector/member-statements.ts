// Memberships as a batch leaves them.
import type pg from 'pg';
import type { MemberChange } from './rows.ts';

export async function writeMemberChanges(db: pg.ClientBase, changes: readonly MemberChange[]): Promise<void> {
  const last = [...reduce(changes).values()];
  const gone = last.filter(({ role }) => role === null);
  const come = last.filter(({ joined }) => joined !== null);
  const changed = last.filter(({ role, joined }) => role !== null && joined === null);
  if (gone.length > 0) await writeGone(db, gone);
  if (come.length > 0) await writeCome(db, come);
  if (changed.length > 0) await writeRoles(db, changed);
  await db.query({
    name: 'project-member-counts',
    text: `update conversations c
           set member_count = n, invite_hash = case when n > 0 then invite_hash end
           from (select id, (select count(*) from conversation_members m where m.conversation_id = id) as n
                 from unnest($1::uuid[]) as id) as t
           where c.conversation_id = t.id`,
    values: [[...new Set(last.map((row) => row.conversationId))]],
  });
}

/** The last word on each member: who went and came back has come, with the role given since. */
function reduce(changes: readonly MemberChange[]): Map<string, MemberChange> {
  const last = new Map<string, MemberChange>();
  for (const change of changes) {
    const key = change.conversationId + change.userId;
    const isRoleOnly = change.role !== null && change.joined === null;
    last.set(key, isRoleOnly ? { ...change, joined: last.get(key)?.joined ?? null } : change);
  }
  return last;
}

async function writeGone(db: pg.ClientBase, rows: readonly MemberChange[]): Promise<void> {
  await db.query({
    name: 'project-members-gone',
    text: `delete from conversation_members m using unnest($1::uuid[], $2::uuid[]) as t (id, user_id)
           where m.conversation_id = t.id and m.user_id = t.user_id`,
    values: [rows.map((row) => row.conversationId), rows.map((row) => row.userId)],
  });
}

/** Newcomers have nothing unread. */
async function writeCome(db: pg.ClientBase, rows: readonly MemberChange[]): Promise<void> {
  await db.query({
    name: 'project-members-come',
    text: `insert into conversation_members
             (conversation_id, user_id, role, joined_seq, joined_at, delivered_seq, read_seq, read_ordinal)
           select id, user_id, role, seq, to_timestamp(at / 1000),
                  case when seq > 1 then seq else 0 end, case when seq > 1 then seq else 0 end, ordinal
           from unnest($1::uuid[], $2::uuid[], $3::text[], $4::int8[], $5::float8[], $6::int8[])
             as t (id, user_id, role, seq, at, ordinal)
           on conflict (conversation_id, user_id) do update
             set role = excluded.role, joined_seq = excluded.joined_seq, joined_at = excluded.joined_at,
                 delivered_seq = excluded.delivered_seq, read_seq = excluded.read_seq,
                 read_ordinal = excluded.read_ordinal
             where conversation_members.joined_seq < excluded.joined_seq`,
    values: [
      rows.map((row) => row.conversationId),
      rows.map((row) => row.userId),
      rows.map((row) => row.role),
      rows.map((row) => row.joined!.seq),
      rows.map((row) => row.joined!.atMs),
      rows.map((row) => row.joined!.ordinal),
    ],
  });
}

async function writeRoles(db: pg.ClientBase, rows: readonly MemberChange[]): Promise<void> {
  await db.query({
    name: 'project-member-roles',
    text: `update conversation_members m set role = t.role
           from unnest($1::uuid[], $2::uuid[], $3::text[]) as t (id, user_id, role)
           where m.conversation_id = t.id and m.user_id = t.user_id`,
    values: [
      rows.map((row) => row.conversationId),
      rows.map((row) => row.userId),
      rows.map((row) => row.role),
    ],
  });
}
