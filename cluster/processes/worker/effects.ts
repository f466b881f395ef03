// Effects of one actor on another, at least once: sent right away, and swept from PostgreSQL while the other actor
// has not recorded them.
import type pg from 'pg';
import type { Effect, Effects, EffectType } from '../../../actors/runtime/effect.ts';
import { bounds } from '../../../actors/runtime/bounds.ts';
import type { Cancel, Log, Timers } from '../../../actors/runtime/ports.ts';
import type { Reply } from '../../../actors/runtime/reply.ts';
import type { Router } from '../../fabric/routing/router.ts';

interface PendingRow {
  readonly type: EffectType;
  readonly user_id: string;
  readonly conversation_id: string;
  readonly seq: number;
  readonly message_seq: number | null;
  readonly by_user_id: string;
}

const sweepEveryMs = 2_000;
const sweepOlderThanSeconds = 3;
const sweepRowsMax = 200;
const sweepAtOnce = 4;

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

  async #deliver(effect: Effect): Promise<boolean> {
    const reply = await tell(this.#router, effect);
    if (reply.ok) this.totals.sent++;
    else this.totals.failed++;
    return reply.ok;
  }

  async #sweep(): Promise<void> {
    if (this.#sweeping) return;
    this.#sweeping = true;
    try {
      const owned = Array.from({ length: bounds.shardCount }, (_, shard) => shard).filter(this.#ownsShard);
      if (owned.length === 0) return;
      const { rows } = await this.#pool.query<PendingRow>({
        name: 'effects-pending',
        text: `select type, user_id, conversation_id, seq, message_seq, by_user_id from pending_effects
               where created_at < now() - make_interval(secs => $1) and shard = any($3::int4[])
               order by created_at limit $2`,
        values: [sweepOlderThanSeconds, sweepRowsMax, owned],
      });
      // Several at a time, so that one that waits for its actor holds up few.
      for (let at = 0; at < rows.length; at += sweepAtOnce) {
        await Promise.all(rows.slice(at, at + sweepAtOnce).map((row) => this.#repeat(row)));
      }
    } catch (error) {
      this.#log.debug({ reason: String(error) }, 'pending effects could not be read; trying again');
    } finally {
      this.#sweeping = false;
    }
  }

  async #repeat({ type, user_id, conversation_id, seq, message_seq, by_user_id }: PendingRow): Promise<void> {
    this.totals.swept++;
    const delivered = await this.#deliver({
      type,
      userId: user_id,
      conversationId: conversation_id,
      seq,
      messageSeq: message_seq,
      byUserId: by_user_id,
    });
    if (!delivered) return;
    await this.#pool.query({
      name: 'effects-done',
      text: `delete from pending_effects
             where user_id = $1 and conversation_id = $2 and seq = $3 and type = $4`,
      values: [user_id, conversation_id, seq, type],
    });
  }
}

function tell(router: Router, effect: Effect): Promise<Reply<null>> {
  const { type, userId, conversationId, seq, messageSeq, byUserId } = effect;
  switch (type) {
    case 'blocked':
    case 'unblocked': {
      const command = { type: 'note_block', userId, blocked: type === 'blocked', version: seq } as const;
      return router.ask({ kind: 'conversation', id: conversationId }, command);
    }
    case 'conversation_added':
    case 'conversation_removed':
    case 'mentioned':
    case 'mention_ended':
    case 'mentions_read': {
      const command = { type: 'note', effect: type, conversationId, seq, messageSeq, byUserId } as const;
      return router.ask({ kind: 'session', id: userId }, command);
    }
  }
}
