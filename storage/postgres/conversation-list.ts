// A user's conversations, latest activity first, with what a list shows of each; and one of them.
import type pg from 'pg';
import type { ConversationKind, MessageSent, Role } from '../../protocol/events/conversation-event.ts';
import type { ConversationSummary } from '../../protocol/frames/conversations.ts';
import type { Profile } from '../../protocol/frames/users.ts';
import { cutTo } from '../../protocol/text/graphemes.ts';
import { eventOf, messageColumns, type EventRow } from './event-rows.ts';

interface Row {
  readonly conversation_id: string;
  readonly kind: ConversationKind;
  readonly epoch: number;
  readonly head_seq: number;
  readonly head_ordinal: number;
  readonly read_seq: number;
  readonly read_ordinal: number;
  readonly deleted_unread: number;
  readonly active_ms: number;
  readonly members: Profile[];
  readonly member_count: number;
  readonly name: string;
  readonly description: string;
  readonly avatar_id: string | null;
  readonly role: Role;
  readonly muted_ms: number;
  readonly last_message: EventRow | null;
}

export interface ConversationListPage {
  readonly conversations: ConversationSummary[];
  readonly next: string | null;
}

/** Members named in a summary at most, and characters of the last message. */
const membersShownMax = 8;
const excerptLengthMax = 200;

const columns = `
  c.conversation_id, c.kind, c.epoch, c.head_seq, c.head_ordinal, me.read_seq, me.read_ordinal,
  case when me.read_ordinal < c.head_ordinal
    then (select count(*) from messages d
          where d.conversation_id = c.conversation_id and d.deleted_at is not null and d.ordinal > me.read_ordinal)
    else 0 end::int4 as deleted_unread,
  round(extract(epoch from c.active_at) * 1000)::float8 as active_ms,
  c.member_count, c.name, c.description, c.avatar_id, me.role,
  coalesce((select round(extract(epoch from until) * 1000)::float8 from conversation_mutes mute
            where mute.user_id = me.user_id and mute.conversation_id = c.conversation_id), 0) as muted_ms,
  (select coalesce(json_agg(json_build_object('userId', u.user_id, 'handle', u.handle, 'displayName', u.display_name)), '[]')
   from (select user_id from conversation_members m
         where m.conversation_id = c.conversation_id order by joined_seq, user_id limit ${membersShownMax}) as m
   join users u on u.user_id = m.user_id) as members,
  (select row_to_json(l) from (
     select ${messageColumns('me.user_id')} from messages m
     where m.conversation_id = c.conversation_id and m.deleted_at is null
     order by m.seq desc limit 1) as l) as last_message
  from conversation_members me join conversations c on c.conversation_id = me.conversation_id`;

export class ConversationLister {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** @param cursor what the page before gave as next; null: from the top. A malformed one starts at the top. */
  async list(userId: string, cursor: string | null, limit: number): Promise<ConversationListPage> {
    const [activeMs, conversationId] = parseCursor(cursor);
    const { rows } = await this.#pool.query<Row>({
      name: 'conversation-list',
      text: `
        select ${columns}
        where me.user_id = $1 and c.deleted_at is null
          and ($2::float8 is null
               or (c.active_at, c.conversation_id) < (to_timestamp($2::float8 / 1000), $3::uuid))
        order by c.active_at desc, c.conversation_id desc limit $4`,
      values: [userId, activeMs, conversationId, limit + 1],
    });
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    const next = rows.length > limit && last ? `${last.active_ms}_${last.conversation_id}` : null;
    return { conversations: shown.map(summaryOf), next };
  }

  /** Null: there is none for this user. */
  async get(userId: string, conversationId: string): Promise<ConversationSummary | null> {
    const { rows } = await this.#pool.query<Row>({
      name: 'conversation-get',
      text: `select ${columns} where me.user_id = $1 and me.conversation_id = $2 and c.deleted_at is null`,
      values: [userId, conversationId],
    });
    return rows[0] ? summaryOf(rows[0]) : null;
  }
}

function parseCursor(cursor: string | null): [number | null, string | null] {
  const parts = /^(\d{1,15})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(cursor ?? '');
  return parts ? [Number(parts[1]), parts[2]!] : [null, null];
}

function summaryOf(row: Row): ConversationSummary {
  return {
    conversationId: row.conversation_id,
    kind: row.kind,
    epoch: row.epoch,
    headSeq: row.head_seq,
    headOrdinal: row.head_ordinal,
    readSeq: row.read_seq,
    readOrdinal: row.read_ordinal,
    activeAtMs: row.active_ms,
    lastMessage: row.last_message && excerptOf(row.last_message),
    members: row.members,
    memberCount: row.member_count,
    name: row.name,
    description: row.description,
    avatarId: row.avatar_id,
    role: row.role,
    mutedUntilMs: row.muted_ms,
    unread: Math.max(0, row.head_ordinal - row.read_ordinal - row.deleted_unread),
  };
}

/** The excerpt in a row of the list: a page of a hundred must fit into a frame. */
function excerptOf(row: EventRow): MessageSent {
  const body = cutTo(row.body!, excerptLengthMax);
  const attachments = (row.attachments ?? []).slice(0, 1);
  return eventOf({ ...row, body, attachments, mentions: [], reactions: [] }) as MessageSent;
}
