// A user's conversations, latest activity first, with what a list shows of each.
import type pg from 'pg';
import { conversationEventTypes } from '../../protocol/events/event-types.ts';
import type { MessageSent } from '../../protocol/events/conversation-event.ts';
import type { ConversationSummary } from '../../protocol/frames/conversations.ts';
import type { Profile } from '../../protocol/frames/users.ts';

interface Row {
  readonly conversation_id: string;
  readonly kind: 'direct';
  readonly epoch: number;
  readonly head_seq: number;
  readonly head_ordinal: number;
  readonly read_seq: number;
  readonly read_ordinal: number;
  readonly active_ms: number;
  readonly members: Profile[];
  readonly message_seq: number | null;
  readonly sent_ms: number;
  readonly sender_id: string;
  readonly idempotency_key: string;
  readonly ordinal: number;
  readonly body: string;
}

export interface ConversationListPage {
  readonly conversations: ConversationSummary[];
  readonly next: string | null;
}

/** Members named in a summary at most. */
const membersShownMax = 8;

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
        select c.conversation_id, c.kind, c.epoch, c.head_seq, c.head_ordinal, me.read_seq, me.read_ordinal,
               round(extract(epoch from c.active_at) * 1000)::float8 as active_ms,
               (select coalesce(json_agg(json_build_array(u.user_id, u.handle, u.display_name)), '[]')
                from (select user_id from conversation_members m
                      where m.conversation_id = c.conversation_id limit ${membersShownMax}) as m
                join users u on u.user_id = m.user_id) as members,
               l.seq as message_seq, round(extract(epoch from l.sent_at) * 1000)::float8 as sent_ms,
               l.sender_id, l.idempotency_key, l.ordinal, left(l.body, 200) as body
        from conversation_members me
        join conversations c on c.conversation_id = me.conversation_id
        left join lateral (select * from messages m where m.conversation_id = c.conversation_id
                           order by m.seq desc limit 1) as l on true
        where me.user_id = $1
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
}

function parseCursor(cursor: string | null): [number | null, string | null] {
  const parts = /^(\d{1,15})_([0-9a-f-]{36})$/.exec(cursor ?? '');
  return parts ? [Number(parts[1]), parts[2]!] : [null, null];
}

function summaryOf(row: Row): ConversationSummary {
  const { conversation_id, kind, epoch, head_seq, head_ordinal, read_seq, read_ordinal, active_ms, members } =
    row;
  return [
    conversation_id,
    kind,
    epoch,
    head_seq,
    head_ordinal,
    read_seq,
    read_ordinal,
    active_ms,
    lastMessageOf(row),
    members,
  ];
}

function lastMessageOf(row: Row): MessageSent | null {
  if (row.message_seq === null) return null;
  const type = conversationEventTypes.message;
  return [row.message_seq, row.sent_ms, type, row.sender_id, row.idempotency_key, row.ordinal, row.body];
}
