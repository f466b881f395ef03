// Sign-ins that were ended before their access tokens did, as this worker knows them (ACC-2, ACC-7).
//
// PostgreSQL has the list, and each worker reads what is new of it several times a second, over a connection of its
// own, so that no load in front of the common ones delays it. A worker that has never read it vouches for nobody; one
// that was away goes on where it stopped. While PostgreSQL is away nobody can sign out, and what is known stays known.
//
// The list is bounded: when there are more than fit, the one that ended first makes room, and instead every token that
// was issued up to then is refused. Whoever holds such a token gets a fresh one and goes on; whoever was signed out
// does not.
import type { Cancel, Clock, Log, Timers } from '../../../actors/runtime/ports.ts';
import { fromTheBeginning, readEnded, type EndedRow } from '../../../storage/postgres/ended-sessions.ts';
import type pg from 'pg';
import type { Identity } from './authenticator.ts';

export const endedBounds = {
  readEveryMs: 250,
  /** Sign-ins and users remembered, at about 150 bytes each. */
  subjectsMax: 50_000,
  /** How far the clocks of an issuer and of PostgreSQL may be apart. */
  clockToleranceMs: 5_000,
} as const;

export interface EndedSessionsOptions {
  /** Used for nothing else, and ended with this. */
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly subjectsMax?: number;
}

export class EndedSessions {
  readonly #options: EndedSessionsOptions;
  /** By subject, the one that ended first is the first. */
  readonly #rows = new Map<string, EndedRow>();
  #from = fromTheBeginning;
  #readAtMs: number | null = null;
  #reading: Promise<void> | null = null;
  #failing = false;
  /** Tokens that were issued up to here are refused, whosoever they are. */
  #flooredAtMs = -Infinity;
  #cancel: Cancel = () => undefined;
  /** Called when there are new ones. */
  onMore: () => void = () => undefined;
  readonly totals = { ended: 0, forgotten: 0, reads_failed: 0 };

  constructor(options: EndedSessionsOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#cancel = this.#options.timers.setInterval(() => void this.read(), endedBounds.readEveryMs);
    await this.read();
  }

  stop(): void {
    this.#cancel();
    void this.#options.pool.end();
  }

  get size(): number {
    return this.#rows.size;
  }

  /** Since the list was read; null when it never was, and nobody can be vouched for. */
  get ageMs(): number | null {
    return this.#readAtMs === null ? null : this.#options.clock.monotonicMs() - this.#readAtMs;
  }

  /** Whether the sign-in behind the token is over. */
  has({ userId, sessionId, issuedAtMs, isExternal }: Identity): boolean {
    const { clockToleranceMs } = endedBounds;
    if (issuedAtMs <= this.#flooredAtMs) return true;
    if (sessionId !== null && this.#rows.has(`session:${sessionId}`)) return true;
    // Tokens that name a sign-in of the built-in provider are known by it, exactly.
    if (sessionId !== null && !isExternal) return false;
    const user = this.#rows.get(`user:${userId}`);
    return user !== undefined && issuedAtMs <= user.endedAtMs + clockToleranceMs;
  }

  /** Reads what is new; one read at a time. Never throws. */
  read(): Promise<void> {
    this.#reading ??= this.#read().finally(() => (this.#reading = null));
    return this.#reading;
  }

  async #read(): Promise<void> {
    const { pool, clock, log, subjectsMax = endedBounds.subjectsMax } = this.#options;
    try {
      const { rows, next } = await readEnded(pool, this.#from, subjectsMax + 1);
      // Another database than before, of a backup for instance: everything in it is new.
      const isOther = BigInt(next) < BigInt(this.#from);
      this.#from = isOther ? fromTheBeginning : next;
      this.#take(rows, subjectsMax);
      this.#readAtMs = clock.monotonicMs();
      this.#failing = false;
    } catch (error) {
      this.totals.reads_failed++;
      if (!this.#failing) log.warn({ err: error }, 'ended sessions cannot be read; those known stay refused');
      this.#failing = true;
    }
  }

  #take(rows: readonly EndedRow[], subjectsMax: number): void {
    const fresh = rows.filter((row) => this.#rows.get(row.subject)?.endedAtMs !== row.endedAtMs);
    for (const row of fresh) {
      this.#rows.delete(row.subject);
      this.#rows.set(row.subject, row);
    }
    this.totals.ended += fresh.length;
    this.#makeRoom(subjectsMax);
    if (fresh.length > 0) this.onMore();
  }

  #makeRoom(subjectsMax: number): void {
    const nowMs = this.#options.clock.now();
    for (const [subject, { endedAtMs, expiresAtMs }] of this.#rows) {
      const isOver = expiresAtMs <= nowMs;
      if (!isOver && this.#rows.size <= subjectsMax) return;
      this.#rows.delete(subject);
      if (isOver) continue;
      this.totals.forgotten++;
      this.#flooredAtMs = Math.max(this.#flooredAtMs, endedAtMs + endedBounds.clockToleranceMs);
    }
  }
}
