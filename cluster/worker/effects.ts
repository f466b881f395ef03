// Effects of one actor on another, at least once: sent right away, and swept from PostgreSQL while the other actor
// has not recorded them.
import type pg from 'pg';
import type { Effect, Effects } from '../../actors/runtime/effect.ts';
import type { Cancel, Log, Timers } from '../../actors/runtime/ports.ts';
import type { Router } from '../routing/router.ts';

interface PendingRow {
  readonly user_id: string;
  readonly conversation_id: string;
  readonly seq: number;
  readonly by_user_id: string;
}

const sweepEveryMs = 2_000;
const sweepOlderThanSeconds = 3;
const sweepRowsMax = 200;

export class EffectsSender implements Effects {
  readonly #router: Router;
  readonly #pool: pg.Pool;
  readonly #log: Log;
  readonly #ownsShard: (shard: number) => boolean;
  readonly #stopSweep: Cancel;
  #sweeping = false;
  readonly totals = { sent: 0, failed: 0, swept: 0 };

  /** @param ownsShard each worker sweeps for the shards it owns, so that one of them does */
  constructor(
    router: Router,
    pool: pg.Pool,
    timers: Timers,
    log: Log,
    ownsShard: (shard: number) => boolean,
  ) {
    this.#router = router;
    this.#pool = pool;
    this.#log = log;
    this.#ownsShard = ownsShard;
    this.#stopSweep = timers.setInterval(() => void this.#sweep(), sweepEveryMs);
  }

  stop(): void {
    this.#stopSweep();
  }

  send(effect: Effect): void {
    void this.#deliver(effect);
  }

  async #deliver({ userId, conversationId, seq, byUserId }: Effect): Promise<boolean> {
    const command = { type: 'note_conversation', conversationId, seq, byUserId };
    const reply = await this.#router.ask({ kind: 'session', id: userId }, command);
    if (reply.ok) this.totals.sent++;
    else this.totals.failed++;
    return reply.ok;
  }

  async #sweep(): Promise<void> {
    if (this.#sweeping) return;
    this.#sweeping = true;
    try {
      const { rows } = await this.#pool.query<PendingRow & { shard: number }>({
        name: 'effects-pending',
        text: `select user_id, conversation_id, seq, by_user_id, shard from pending_effects
               where created_at < now() - make_interval(secs => $1) order by created_at limit $2`,
        values: [sweepOlderThanSeconds, sweepRowsMax],
      });
      for (const row of rows) if (this.#ownsShard(row.shard)) await this.#repeat(row);
    } catch (error) {
      this.#log.debug({ reason: String(error) }, 'pending effects could not be read; trying again');
    } finally {
      this.#sweeping = false;
    }
  }

  async #repeat({ user_id, conversation_id, seq, by_user_id }: PendingRow): Promise<void> {
    this.totals.swept++;
    const delivered = await this.#deliver({
      type: 'conversation_added',
      userId: user_id,
      conversationId: conversation_id,
      seq,
      byUserId: by_user_id,
    });
    if (!delivered) return;
    await this.#pool.query({
      name: 'effects-done',
      text: 'delete from pending_effects where user_id = $1 and conversation_id = $2 and seq = $3',
      values: [user_id, conversation_id, seq],
    });
  }
}
