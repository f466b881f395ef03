// Ends sign-ins on their person's wish (ACC-7): the record first, then this worker's own sockets at once. The other
// workers follow the record.
import type pg from 'pg';
import { endAllSessions, endSession, noteEndedOutside } from '../../../storage/postgres/ended-sessions.ts';
import type { EndedSessions } from './ended-sessions.ts';

export class SignOuts {
  readonly #pool: pg.Pool;
  readonly #ended: EndedSessions;

  constructor(pool: pg.Pool, ended: EndedSessions) {
    this.#pool = pool;
    this.#ended = ended;
  }

  one(sessionId: string, isExternal: boolean): Promise<void> {
    return isExternal ? noteEndedOutside(this.#pool, sessionId) : endSession(this.#pool, sessionId);
  }

  all(userId: string): Promise<void> {
    return endAllSessions(this.#pool, userId);
  }

  /** Applies here what was just recorded. */
  apply(): void {
    void this.#ended.read();
  }
}
