// Details of a conversation besides its history: edit histories, reactors, counts, the audit trail. From
// the projected record; whoever calls has asked the conversation who may see it.
import type pg from 'pg';
import { conversationEventTypes as types } from '../../protocol/events/event-types.ts';
import type { AuditEntry, DayCount, SenderCount } from '../../protocol/frames/insight.ts';
import type { Revision } from '../../protocol/frames/messages.ts';

export interface Insight {
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly memberCount: number;
  readonly messageCount: number;
  readonly days: DayCount[];
  readonly mostActive: SenderCount[];
  readonly asOfSeq: number;
}

export interface ReactorsQuery {
  readonly conversationId: string;
  readonly messageSeq: number;
  readonly emoji: string;
  /** The last user id of the page before; null for the first page. */
  readonly after: string | null;
  readonly limit: number;
}

export interface Reactors {
  readonly userIds: string[];
  readonly more: boolean;
  readonly asOfSeq: number;
}

interface InsightRow {
  readonly created_ms: number;
  readonly created_by: string;
  readonly member_count: number;
  readonly message_count: number;
  readonly days: DayCount[];
  readonly most_active: SenderCount[];
  readonly head_seq: number;
}

interface AuditRow {
  readonly at_us: number;
  readonly action: string;
  readonly by_user_id: string;
  readonly seq: number;
  readonly subject: string | null;
  readonly detail: string | null;
}

const mostActiveMax = 20;
const us = (column: string) => `round(extract(epoch from ${column}) * 1000000)::int8`;

/** How far the conversation of message `m` is projected. */
const projectedHead =
  '(select head_seq from conversations c where c.conversation_id = m.conversation_id) as head_seq';

/** Line of the audit trail for each event: the person or message concerned, and a word about it. */
const eventAudit = `
  case type ${Object.entries(types)
    .map(([name, type]) => `when ${type} then '${name}'`)
    .join(' ')} end as action`;

export class ConversationDetails {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Null: there is no such message. Oldest first; empty for a deleted one. */
  async revisions(
    conversationId: string,
    messageSeq: number,
  ): Promise<{ revisions: Revision[]; asOfSeq: number } | null> {
    const { rows } = await this.#pool.query<{ revisions: Revision[]; head_seq: number }>({
      name: 'details-revisions',
      text: `select case
               when m.deleted_at is not null then '[]'::json
               when m.edited_at is null
                 then json_build_array(json_build_object('atMs', round(extract(epoch from m.sent_at) * 1000), 'body', m.body))
               else (select json_agg(json_build_object('atMs', round(extract(epoch from r.at) * 1000), 'body', r.body)
                                    order by r.seq)
                     from message_revisions r
                     where r.conversation_id = m.conversation_id and r.message_seq = m.seq) end as revisions,
               ${projectedHead}
             from messages m where m.conversation_id = $1 and m.seq = $2`,
      values: [conversationId, messageSeq],
    });
    return rows[0] ? { revisions: rows[0].revisions, asOfSeq: rows[0].head_seq } : null;
  }

  /** Null: there is no such message. */
  async reactors({
    conversationId,
    messageSeq,
    emoji,
    after,
    limit,
  }: ReactorsQuery): Promise<Reactors | null> {
    const { rows } = await this.#pool.query<{ user_ids: string[]; head_seq: number }>({
      name: 'details-reactors',
      text: `select (select coalesce(json_agg(user_id), '[]') from (
                 select user_id from reactions r
                 where r.conversation_id = $1 and r.message_seq = $2 and r.emoji = $3
                   and ($4::uuid is null or r.user_id > $4)
                 order by user_id limit $5) as page) as user_ids,
               ${projectedHead}
             from messages m where m.conversation_id = $1 and m.seq = $2`,
      values: [conversationId, messageSeq, emoji, after, limit + 1],
    });
    if (!rows[0]) return null;
    const { user_ids: userIds, head_seq: asOfSeq } = rows[0];
    return { userIds: userIds.slice(0, limit), more: userIds.length > limit, asOfSeq };
  }

  /** Null: there is no such conversation. */
  async insight(conversationId: string, days: number): Promise<Insight | null> {
    const { rows } = await this.#pool.query<InsightRow>({
      name: 'details-insight',
      text: `select round(extract(epoch from created_at) * 1000)::float8 as created_ms, created_by, member_count,
               message_count, head_seq,
               (select coalesce(json_agg(json_build_object('day', to_char(day, 'YYYY-MM-DD'), 'messages', messages) order by day), '[]')
                from conversation_days d where d.conversation_id = c.conversation_id and messages > 0
                  and day > (now() at time zone 'utc')::date - $2::int) as days,
               (select coalesce(json_agg(json_build_object('userId', user_id, 'messages', messages)), '[]') from (
                  select user_id, messages from conversation_senders s
                  where s.conversation_id = c.conversation_id and messages > 0
                  order by messages desc, user_id limit ${mostActiveMax}) as top) as most_active
             from conversations c where c.conversation_id = $1`,
      values: [conversationId, days],
    });
    const row = rows[0];
    if (!row) return null;
    return {
      createdAtMs: row.created_ms,
      createdBy: row.created_by,
      memberCount: row.member_count,
      messageCount: row.message_count,
      days: row.days,
      mostActive: row.most_active,
      asOfSeq: row.head_seq,
    };
  }

  /** Latest first. Whoever calls has checked who asks. @param cursor what the page before gave as next */
  async audit(
    conversationId: string,
    cursor: string | null,
    limit: number,
  ): Promise<{ entries: AuditEntry[]; next: string | null }> {
    const [beforeUs, beforeSeq] = parseCursor(cursor);
    const { rows } = await this.#pool.query<AuditRow>({
      name: 'details-audit',
      text: `select * from (
               select ${us('sent_at')} as at_us, 'message' as action, sender_id as by_user_id, seq,
                      null::text as subject, null::text as detail
               from messages where conversation_id = $1
               union all
               select ${us('at')}, ${eventAudit}, (fields ->> 0)::uuid, seq,
                      case when type in (${types.created}, ${types.profileChanged}, ${types.inviteChanged},
                                         ${types.conversationDeleted}) then null else fields ->> 1 end,
                      case when type in (${types.messageDeleted}, ${types.roleChanged}, ${types.reaction})
                        then fields ->> 2 else null end
               from conversation_events where conversation_id = $1
               union all
               select ${us('at')}, action, by_user_id, 0, subject, detail
               from audit_log where conversation_id = $1) as trail
             where $2::int8 is null or (at_us, seq) < ($2, $3)
             order by at_us desc, seq desc limit $4`,
      values: [conversationId, beforeUs, beforeSeq, limit + 1],
    });
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      entries: shown.map((row) => ({
        atMs: Math.floor(row.at_us / 1000),
        action: row.action,
        by: row.by_user_id,
        seq: row.seq,
        subject: row.subject,
        detail: row.detail,
      })),
      next: rows.length > limit && last ? `${last.at_us}_${last.seq}` : null,
    };
  }

  /** Notes that an administrator of the server is about to read, and why (MSG-8). */
  async noteModeration(userId: string, conversationId: string, reason: string): Promise<void> {
    await this.#pool.query({
      name: 'details-note-moderation',
      text: `insert into audit_log (action, by_user_id, conversation_id, detail)
             values ('read_as_admin', $1, $2, $3)`,
      values: [userId, conversationId, reason],
    });
  }
}

function parseCursor(cursor: string | null): [number | null, number | null] {
  const parts = /^(\d{1,16})_(\d{1,16})$/.exec(cursor ?? '');
  return parts ? [Number(parts[1]), Number(parts[2])] : [null, null];
}
