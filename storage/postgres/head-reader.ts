// Heads of conversations that sleep, for subscribers. Fifty thousand people who come back ask for a few of theirs
// each within moments: requests of the same moment share one query.
import type pg from 'pg';
import type { StoredHead } from '../../actors/conversation/store-port.ts';
import type { Timers } from '../../actors/runtime/ports.ts';
import type { MemberCursor } from '../../protocol/frames/subscribe.ts';
import { limits } from '../../protocol/limits.ts';

interface Wish {
  readonly conversationId: string;
  /** Null: for the server itself, whoever the members are. */
  readonly userId: string | null;
  readonly resolve: (head: StoredHead | null) => void;
  readonly reject: (error: unknown) => void;
}

interface Row {
  readonly position: number;
  readonly epoch: number;
  readonly head_seq: number;
  readonly head_ordinal: number;
  readonly deleted: boolean;
  readonly cursors: MemberCursor[];
}

const gatherMs = 3;
const wishesPerQuery = 500;

export class HeadReader {
  readonly #pool: pg.Pool;
  readonly #timers: Timers;
  #wishes: Wish[] = [];

  constructor(pool: pg.Pool, timers: Timers) {
    this.#pool = pool;
    this.#timers = timers;
  }

  read(conversationId: string, userId: string | null): Promise<StoredHead | null> {
    return new Promise((resolve, reject) => {
      this.#wishes.push({ conversationId, userId, resolve, reject });
      if (this.#wishes.length === 1) this.#timers.setTimeout(() => this.#flush(), gatherMs);
    });
  }

  #flush(): void {
    const wishes = this.#wishes;
    this.#wishes = [];
    for (let at = 0; at < wishes.length; at += wishesPerQuery) {
      const group = wishes.slice(at, at + wishesPerQuery);
      this.#query(group).catch((error: unknown) => group.forEach(({ reject }) => reject(error)));
    }
  }

  async #query(wishes: readonly Wish[]): Promise<void> {
    const { rows } = await this.#pool.query<Row>({
      name: 'conversation-heads',
      text: `
        select wish.position::int4 as position, c.epoch, c.head_seq, c.head_ordinal,
               c.deleted_at is not null as deleted,
               (select coalesce(json_agg(json_build_array(m.user_id, m.delivered_seq, m.read_seq, m.read_ordinal)),
                                '[]')
                from conversation_members m where m.conversation_id = c.conversation_id
                  and (wish.user_id is null or m.user_id = wish.user_id
                       or c.member_count <= ${limits.receiptsMembersMax})) as cursors
        from unnest($1::uuid[], $2::uuid[]) with ordinality as wish (conversation_id, user_id, position)
        join conversations c on c.conversation_id = wish.conversation_id
        where wish.user_id is null
           or exists (select 1 from conversation_members me
                      where me.conversation_id = wish.conversation_id and me.user_id = wish.user_id)`,
      values: [wishes.map((wish) => wish.conversationId), wishes.map((wish) => wish.userId)],
    });
    const found = new Map(rows.map((row) => [row.position - 1, row]));
    wishes.forEach(({ resolve }, position) => {
      const row = found.get(position);
      if (!row) return resolve(null);
      resolve({
        deleted: row.deleted,
        epoch: row.epoch,
        headSeq: row.head_seq,
        headOrdinal: row.head_ordinal,
        cursors: row.cursors,
      });
    });
  }
}
