// People: profiles by id and by handle, and people of an outside issuer, who get their row when they first come.
import type pg from 'pg';
import { directConversationId } from '../../actors/runtime/derived-id.ts';
import type { Profile } from '../../protocol/frames/users.ts';

interface Row {
  readonly user_id: string;
  readonly handle: string;
  readonly display_name: string;
}

const handleTaken = '23505';
const handleAttemptsMax = 20;

/** Someone, and someone who would know whether they are there. */
export interface WatchPair {
  readonly userId: string;
  readonly watcherId: string;
}

export class Directory {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async profiles(userIds: readonly string[]): Promise<Profile[]> {
    const { rows } = await this.#pool.query<Row>({
      name: 'directory-profiles',
      text: 'select user_id, handle, display_name from users where user_id = any($1::uuid[])',
      values: [userIds],
    });
    return rows.map(profileOf);
  }

  /** People whose handle begins so, shortest first; never the one who asks. */
  async find(prefix: string, limit: number, exceptUserId: string): Promise<Profile[]> {
    const pattern = `${prefix.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
    const { rows } = await this.#pool.query<Row>({
      name: 'directory-find',
      text: `select user_id, handle, display_name from users
             where handle like $1 and user_id <> $2 order by length(handle), handle limit $3`,
      values: [pattern, exceptUserId, limit],
    });
    return rows.map(profileOf);
  }

  /** Ids by handle; unknown handles are left out. */
  async byHandles(handles: readonly string[]): Promise<Map<string, string>> {
    const { rows } = await this.#pool.query<Row>({
      name: 'directory-by-handles',
      text: 'select user_id, handle from users where lower(handle) = any($1::text[])',
      values: [handles],
    });
    return new Map(rows.map(({ handle, user_id }) => [handle.toLowerCase(), user_id]));
  }

  /** When each of these was last seen, for someone who shares a conversation with them, with no block between the two. */
  async lastSeen(userId: string, ofUserIds: readonly string[]): Promise<ReadonlyMap<string, number | null>> {
    if (ofUserIds.length === 0) return new Map();
    const { rows } = await this.#pool.query<{ user_id: string; seen_ms: number | null }>({
      name: 'directory-last-seen',
      text: `select u.user_id, round(extract(epoch from u.last_seen_at) * 1000)::float8 as seen_ms
             from users u
             where u.user_id = any($2::uuid[])
               and exists (select 1 from conversation_members me
                           join conversation_members other on other.conversation_id = me.conversation_id
                           where me.user_id = $1 and other.user_id = u.user_id)
               and not exists (select 1 from user_blocks b
                               where b.user_id = u.user_id and b.blocked_user_id = $1)
               and not exists (select 1 from user_blocks b
                               where b.user_id = $1 and b.blocked_user_id = u.user_id)`,
      values: [userId, ofUserIds],
    });
    return new Map(rows.map((row) => [row.user_id, row.seen_ms]));
  }

  /** Those of these pairs between whom there is a block, whoever blocks whom (ACC-5). */
  async blockedOf(pairs: readonly WatchPair[]): Promise<WatchPair[]> {
    if (pairs.length === 0) return [];
    const { rows } = await this.#pool.query<WatchPair>({
      name: 'directory-blocked-of',
      text: `with pair as (select * from unnest($1::uuid[], $2::uuid[]) as t (user_id, watcher_id))
             select p.user_id as "userId", p.watcher_id as "watcherId"
             from pair p join user_blocks b on b.user_id = p.user_id and b.blocked_user_id = p.watcher_id
             union
             select p.user_id, p.watcher_id
             from pair p join user_blocks b on b.user_id = p.watcher_id and b.blocked_user_id = p.user_id`,
      values: [pairs.map(({ userId }) => userId), pairs.map(({ watcherId }) => watcherId)],
    });
    return rows;
  }

  /** Those of these people who have written to someone in their direct conversation. */
  async writersTo(userId: string, userIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (userIds.length === 0) return new Set();
    const { rows } = await this.#pool.query<{ user_id: string }>({
      name: 'directory-writers-to',
      text: `select t.user_id from unnest($1::uuid[], $2::uuid[]) as t (user_id, conversation_id)
             where exists (select 1 from conversation_senders s
                           where s.conversation_id = t.conversation_id and s.user_id = t.user_id and s.messages > 0)`,
      values: [userIds, userIds.map((each) => directConversationId(userId, each))],
    });
    return new Set(rows.map((row) => row.user_id));
  }

  async writeLastSeen(seen: ReadonlyMap<string, number>): Promise<void> {
    await this.#pool.query({
      name: 'directory-write-last-seen',
      text: `update users u set last_seen_at = greatest(u.last_seen_at, to_timestamp(t.at / 1000))
             from unnest($1::uuid[], $2::float8[]) as t (user_id, at) where u.user_id = t.user_id`,
      values: [[...seen.keys()], [...seen.values()]],
    });
  }

  /** Whether someone administers this server (MSG-5). */
  async isPlatformAdmin(userId: string): Promise<boolean> {
    const { rowCount } = await this.#pool.query({
      name: 'directory-is-platform-admin',
      text: 'select 1 from users where user_id = $1 and is_platform_admin',
      values: [userId],
    });
    return rowCount === 1;
  }

  /** Makes the row of someone whom an outside issuer vouches for, under a free handle near the wished one. */
  async provision(userId: string, wishedHandle: string, displayName: string): Promise<Profile> {
    const stem = wishedHandle
      .toLowerCase()
      .replace(/[^a-z0-9_]/g, '_')
      .slice(0, 24)
      .padEnd(3, '_');
    for (let attempt = 0; attempt < handleAttemptsMax; attempt++) {
      const handle = attempt === 0 ? stem : `${stem}_${userId.slice(0, 3)}${attempt}`;
      const known = await this.#insert(userId, handle, displayName);
      if (known) return known;
    }
    throw new Error(`no free handle near ${stem}`);
  }

  async #insert(userId: string, handle: string, displayName: string): Promise<Profile | null> {
    try {
      const { rows } = await this.#pool.query<Row>({
        name: 'directory-provision',
        text: `with added as (
                 insert into users (user_id, handle, display_name) values ($1, $2, $3)
                 on conflict (user_id) do nothing returning user_id, handle, display_name)
               select * from added
               union all select user_id, handle, display_name from users where user_id = $1 limit 1`,
        values: [userId, handle, displayName],
      });
      return rows[0] ? profileOf(rows[0]) : null;
    } catch (error) {
      if ((error as { code?: string }).code === handleTaken) return null;
      throw error;
    }
  }
}

function profileOf({ user_id, handle, display_name }: Row): Profile {
  return { userId: user_id, handle, displayName: display_name };
}
