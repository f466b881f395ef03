// Knows which journals wait for an operator, so that every worker's readiness tells of it. PostgreSQL has them from the
// projector that found the loss.
import type pg from 'pg';
import type { Cancel, Log, Timers } from '../../../actors/runtime/ports.ts';
import { damagedJournals } from '../../../storage/postgres/journal-registry.ts';

const lookEveryMs = 2_000;

export class DamageWatch {
  readonly #pool: pg.Pool;
  readonly #log: Log;
  readonly #cancel: Cancel;
  #damaged: readonly string[] = [];
  #looking = false;

  constructor({ pool, timers, log }: { pool: pg.Pool; timers: Timers; log: Log }) {
    this.#pool = pool;
    this.#log = log;
    this.#cancel = timers.setInterval(() => void this.#look(), lookEveryMs);
  }

  /** As PostgreSQL said last; while it is away that stays. */
  get damaged(): readonly string[] {
    return this.#damaged;
  }

  stop(): void {
    this.#cancel();
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      this.#damaged = await damagedJournals(this.#pool);
    } catch (error) {
      this.#log.debug({ reason: String(error) }, 'PostgreSQL does not tell which journals are damaged');
    } finally {
      this.#looking = false;
    }
  }
}
