// What sessions read from the record (the actors' port, on PostgreSQL).
import type pg from 'pg';
import type { SessionStore } from '../../actors/session/store-port.ts';
import { hex, type SessionState } from '../../actors/session/state.ts';
import { inboxEventTypes } from '../../protocol/events/event-types.ts';
import type { InboxEvent } from '../../protocol/events/inbox-event.ts';

interface InboxRow {
  readonly seq: number;
  readonly at: Date;
  readonly type: number;
  readonly cause_conversation_id: string;
  readonly cause_seq: number;
  readonly by_user_id: string;
  readonly device_id: string;
  readonly name: string | null;
  readonly public_key: Uint8Array | null;
}

export class PostgresSessionStore implements SessionStore {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async load(userId: string): Promise<SessionState> {
    const [head, devices] = await Promise.all([
      this.#pool.query<{ seq: number; at: Date }>({
        name: 'session-load',
        text: 'select seq, at from inbox_events where user_id = $1 order by seq desc limit 1',
        values: [userId],
      }),
      this.#pool.query<{ device_id: string; public_key: Uint8Array }>({
        name: 'session-devices',
        text: 'select device_id, public_key from devices where user_id = $1',
        values: [userId],
      }),
    ]);
    return {
      headSeq: head.rows[0]?.seq ?? 0,
      lastAtMs: head.rows[0]?.at.getTime() ?? 0,
      devices: new Map(devices.rows.map((row) => [row.device_id, hex(row.public_key)])),
    };
  }

  async hasNoted(userId: string, conversationId: string, seq: number): Promise<boolean> {
    const { rowCount } = await this.#pool.query({
      name: 'session-has-noted',
      text: `select 1 from inbox_events
             where user_id = $1 and cause_conversation_id = $2 and cause_seq = $3`,
      values: [userId, conversationId, seq],
    });
    return rowCount === 1;
  }

  async head(userId: string): Promise<number> {
    const { rows } = await this.#pool.query<{ seq: number }>({
      name: 'session-head',
      text: 'select coalesce(max(seq), 0) as seq from inbox_events where user_id = $1',
      values: [userId],
    });
    return rows[0]!.seq;
  }

  async page(userId: string, afterSeq: number, limit: number): Promise<InboxEvent[]> {
    const { rows } = await this.#pool.query<InboxRow>({
      name: 'session-page',
      text: `select e.seq, e.at, e.type, e.cause_conversation_id, e.cause_seq, e.by_user_id, e.device_id,
                    d.name, d.public_key
             from inbox_events e left join devices d on d.user_id = e.user_id and d.device_id = e.device_id
             where e.user_id = $1 and e.seq > $2 order by e.seq limit $3`,
      values: [userId, afterSeq, limit],
    });
    return rows.map(inboxEventOf);
  }
}

function inboxEventOf(row: InboxRow): InboxEvent {
  const atMs = row.at.getTime();
  if (row.type === inboxEventTypes.conversationAdded) {
    const { cause_conversation_id, cause_seq, by_user_id } = row;
    return [row.seq, atMs, inboxEventTypes.conversationAdded, cause_conversation_id, cause_seq, by_user_id];
  }
  // A device's later key replaces an earlier one, in earlier events too: only the present one is of use.
  const key = new Uint8Array(row.public_key ?? new Uint8Array(32));
  return [row.seq, atMs, inboxEventTypes.deviceAdded, row.device_id, row.name ?? '', key];
}
