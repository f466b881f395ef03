// What conversations read from the record (the actors' port, on PostgreSQL).
import type pg from 'pg';
import type { StoredKey } from '../../actors/conversation/key-window.ts';
import type {
  ConversationStore,
  EventPage,
  StoredConversation,
  StoredHead,
} from '../../actors/conversation/store-port.ts';
import type { HistoryDirection } from '../../protocol/frames/history.ts';
import type { MemberCursor } from '../../protocol/frames/subscribe.ts';
import { eventOf, selectEvents, type EventRow } from './event-rows.ts';
import type { HeadReader } from './head-reader.ts';

const keyColumns = `idempotency_key as key, seq, ordinal,
  round(extract(epoch from sent_at) * 1000)::float8 as "atMs", fingerprint`;

interface ConversationRow {
  readonly kind: 'direct';
  readonly epoch: number;
  readonly created_at: Date;
  readonly head_seq: number;
  readonly head_ordinal: number;
  readonly active_at: Date;
}

export class PostgresConversationStore implements ConversationStore {
  readonly #pool: pg.Pool;
  readonly #heads: HeadReader;

  constructor(pool: pg.Pool, heads: HeadReader) {
    this.#pool = pool;
    this.#heads = heads;
  }

  async load(conversationId: string, keysMax: number): Promise<StoredConversation | null> {
    const found = await this.#pool.query<ConversationRow>({
      name: 'conversation-load',
      text: `select kind, epoch, created_at, head_seq, head_ordinal, active_at
             from conversations where conversation_id = $1`,
      values: [conversationId],
    });
    const row = found.rows[0];
    if (!row) return null;
    const [cursors, keys] = await Promise.all([
      this.#cursors(conversationId),
      this.#keys(conversationId, keysMax),
    ]);
    return {
      state: {
        status: 'open',
        kind: row.kind,
        epoch: row.epoch,
        createdAtMs: row.created_at.getTime(),
        members: new Set(cursors.map(([userId]) => userId)),
        headSeq: row.head_seq,
        headOrdinal: row.head_ordinal,
        lastAtMs: row.active_at.getTime(),
      },
      cursors,
      keys,
    };
  }

  async findKey(conversationId: string, key: string): Promise<StoredKey | null> {
    const { rows } = await this.#pool.query<StoredKey>({
      name: 'conversation-find-key',
      text: `select ${keyColumns} from messages where conversation_id = $1 and idempotency_key = $2`,
      values: [conversationId, key],
    });
    return rows[0] ?? null;
  }

  async page(
    conversationId: string,
    direction: HistoryDirection,
    seq: number,
    limit: number,
  ): Promise<EventPage> {
    const [where, order] =
      direction === 'before'
        ? ['conversation_id = $1 and seq < $2', 'order by seq desc limit $3']
        : ['conversation_id = $1 and seq > $2', 'order by seq limit $3'];
    const { rows } = await this.#pool.query<EventRow>({
      name: `conversation-page-${direction}`,
      text: selectEvents(where, order),
      values: [conversationId, seq, limit + 1],
    });
    const events = rows.slice(0, limit).map(eventOf);
    if (direction === 'before') events.reverse();
    return { events, more: rows.length > limit };
  }

  head(conversationId: string, userId: string | null): Promise<StoredHead | null> {
    return this.#heads.read(conversationId, userId);
  }

  async #cursors(conversationId: string): Promise<MemberCursor[]> {
    const { rows } = await this.#pool.query<{ user_id: string; d: number; r: number; o: number }>({
      name: 'conversation-cursors',
      text: `select user_id, delivered_seq as d, read_seq as r, read_ordinal as o
             from conversation_members where conversation_id = $1`,
      values: [conversationId],
    });
    return rows.map(({ user_id, d, r, o }) => [user_id, d, r, o]);
  }

  async #keys(conversationId: string, keysMax: number): Promise<StoredKey[]> {
    const { rows } = await this.#pool.query<StoredKey>({
      name: 'conversation-keys',
      text: `select ${keyColumns} from messages where conversation_id = $1 order by seq desc limit $2`,
      values: [conversationId, keysMax],
    });
    return rows.reverse();
  }
}
