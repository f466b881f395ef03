// The record as conversations read it (the actors' port, on PostgreSQL).
import type pg from 'pg';
import type { StoredKey } from '../../actors/conversation/key-window.ts';
import type { CountedDeletions } from '../../actors/conversation/deletions.ts';
import type { MessageFacts } from '../../actors/conversation/message-book.ts';
import type {
  ConversationStore,
  EventPage,
  PageQuery,
  StoredConversation,
  StoredHead,
} from '../../actors/conversation/store-port.ts';
import type { Clock, Timers } from '../../actors/runtime/ports.ts';
import { HistoryDamaged, holeIn, isDue } from './dense-page.ts';
import { eventOf, selectEvents, type EventRow } from './event-rows.ts';
import { gatherHeads } from './conversation-heads.ts';
import { gatherLoads } from './conversation-loads.ts';

const keyColumns = `idempotency_key as key, seq, ordinal,
  round(extract(epoch from sent_at) * 1000)::float8 as "atMs", fingerprint`;

interface MessageRow {
  readonly seq: number;
  readonly ordinal: number;
  readonly sender_id: string;
  readonly at_ms: number;
  readonly deleted: boolean;
  readonly body: string;
  readonly mentions: string[];
  readonly has_attachments: boolean;
  readonly edits: number;
  readonly reactions: [emoji: string, userIds: string[]][];
}

export class PostgresConversationStore implements ConversationStore {
  /** Pages that PostgreSQL had not all rows of, though it said nothing. */
  readonly totals = { damagedPages: 0 };
  readonly #pool: pg.Pool;
  readonly #heads: ReturnType<typeof gatherHeads>;
  readonly #loads: ReturnType<typeof gatherLoads>;

  constructor(pool: pg.Pool, clock: Clock, timers: Timers) {
    this.#pool = pool;
    this.#heads = gatherHeads(pool, clock, timers);
    this.#loads = gatherLoads(pool, clock, timers);
  }

  async load(conversationId: string, keysMax: number): Promise<StoredConversation> {
    const stored = await this.#loads.read({ conversationId, keysMax });
    if (!stored) throw new Error('a conversation that was asked for is not in the answer');
    return stored;
  }

  async findKey(conversationId: string, key: string): Promise<StoredKey | null> {
    const { rows } = await this.#pool.query<StoredKey>({
      name: 'conversation-find-key',
      text: `select ${keyColumns} from messages where conversation_id = $1 and idempotency_key = $2`,
      values: [conversationId, key],
    });
    return rows[0] ?? null;
  }

  async page(conversationId: string, { direction, seq, limit, viewer }: PageQuery): Promise<EventPage> {
    const [where, order] =
      direction === 'before'
        ? ['conversation_id = $1 and seq < $2', 'order by seq desc limit $3']
        : ['conversation_id = $1 and seq > $2', 'order by seq limit $3'];
    const read = async () => {
      const { rows } = await this.#pool.query<EventRow & { as_of: number }>({
        name: `conversation-page-${direction}`,
        text: selectEvents(where, order, '$4', '$1'),
        values: [conversationId, seq, limit + 1, viewer],
      });
      return rows;
    };
    let rows = await read();
    let asOfSeq = rows[0]?.as_of;
    if (asOfSeq === undefined) {
      asOfSeq = await this.#headSeq(conversationId);
      // Events may have come between the two reads: after the head they are all there, or lost.
      if (isDue({ direction, seq, limit, asOfSeq })) rows = await read();
    }
    const asked = { direction, seq, limit, asOfSeq: rows[0]?.as_of ?? asOfSeq };
    const hole = holeIn(
      rows.map((row) => row.seq),
      asked,
    );
    if (hole) {
      this.totals.damagedPages++;
      throw new HistoryDamaged(`conversation ${conversationId}: ${hole}`);
    }
    const events = rows.slice(0, limit).map(eventOf);
    if (direction === 'before') events.reverse();
    return { events, more: rows.length > limit, asOfSeq: asked.asOfSeq };
  }

  async message(conversationId: string, seq: number): Promise<MessageFacts | null> {
    const { rows } = await this.#pool.query<MessageRow>({
      name: 'conversation-message',
      text: `select seq, ordinal, sender_id, round(extract(epoch from sent_at) * 1000)::float8 as at_ms,
                    deleted_at is not null as deleted, body, mentions,
                    jsonb_array_length(attachments) > 0 as has_attachments,
                    (select count(*) - 1 from message_revisions r
                     where r.conversation_id = m.conversation_id and r.message_seq = m.seq) as edits,
                    (select coalesce(json_agg(json_build_array(emoji, users)), '[]')
                     from (select emoji, json_agg(user_id) as users from reactions r
                           where r.conversation_id = m.conversation_id and r.message_seq = m.seq
                           group by emoji) as by_emoji) as reactions
             from messages m where conversation_id = $1 and seq = $2`,
      values: [conversationId, seq],
    });
    const row = rows[0];
    if (!row) return null;
    const {
      ordinal,
      sender_id: senderId,
      at_ms: atMs,
      deleted,
      body,
      mentions,
      has_attachments,
      edits,
      reactions,
    } = row;
    const byEmoji = new Map(reactions.map(([emoji, userIds]) => [emoji, new Set(userIds)]));
    return {
      seq,
      ordinal,
      senderId,
      atMs,
      deleted,
      body,
      edits: Math.max(0, edits),
      mentions,
      hasAttachments: has_attachments,
      reactions: byEmoji,
    };
  }

  async wasRemoved(conversationId: string, userId: string): Promise<boolean> {
    const { rows } = await this.#pool.query<{ removed: boolean }>({
      name: 'conversation-was-removed',
      text: `select type = 8 and fields->>0 <> $2 as removed from conversation_events
             where conversation_id = $1 and type in (7, 8)
               and case type when 8 then fields->>1 = $2 else fields->1 ? $2 end
             order by seq desc limit 1`,
      values: [conversationId, userId],
    });
    return rows[0]?.removed ?? false;
  }

  async ordinalAt(conversationId: string, seq: number): Promise<number> {
    const { rows } = await this.#pool.query<{ ordinal: number }>({
      name: 'conversation-ordinal-at',
      text: `select ordinal from messages where conversation_id = $1 and seq <= $2
             order by seq desc limit 1`,
      values: [conversationId, seq],
    });
    return rows[0]?.ordinal ?? 0;
  }

  async deletionsAbove(conversationId: string, ordinal: number): Promise<CountedDeletions> {
    const { rows } = await this.#pool.query<CountedDeletions>({
      name: 'conversation-deletions-above',
      text: `select c.head_seq as "asOfSeq",
                    (select count(*)::int4 from messages m
                     where m.conversation_id = c.conversation_id and m.deleted_at is not null and m.ordinal > $2) as count
             from conversations c where c.conversation_id = $1`,
      values: [conversationId, ordinal],
    });
    return rows[0] ?? { count: 0, asOfSeq: 0 };
  }

  head(conversationId: string, userId: string | null): Promise<StoredHead | null> {
    return this.#heads.read({ conversationId, userId });
  }

  async #headSeq(conversationId: string): Promise<number> {
    const { rows } = await this.#pool.query<{ head_seq: number }>({
      name: 'conversation-head-seq',
      text: 'select head_seq from conversations where conversation_id = $1',
      values: [conversationId],
    });
    return rows[0]?.head_seq ?? 0;
  }
}
