// Sockets by person, so that one of them cannot have all there are (ACC-6).
//
// The newest is refused, not the oldest closed: programs come back when they are closed, so that they would push each
// other out for ever. Only one that has been silent for so long that its client must be gone makes room. Here the count
// is exact for this worker; over all workers the limit is as good as what they share (see limiter.ts), where a
// socket takes a token and gives it back.
import { limits } from '../../../protocol/limits.ts';
import type { Limiter } from '../limits/limiter.ts';
import type { LimitKind } from '../limits/rates.ts';
import type { ClientSocket } from './client-socket.ts';

/** Clients ping sooner. */
const goneAfterMs = 2 * limits.pingEveryMs;

export class Seats {
  readonly #limiter: Limiter<LimitKind>;
  readonly #seatsMax: number;
  readonly #sockets = new Map<string, ClientSocket[]>();
  readonly totals = { refused: 0, cleared: 0 };

  constructor(limiter: Limiter<LimitKind>, seatsMax: number) {
    this.#limiter = limiter;
    this.#seatsMax = seatsMax;
  }

  /** False when this person has as many sockets as one may have. */
  take(userId: string, socket: ClientSocket, nowMs: number): boolean {
    const taken = this.#sockets.get(userId) ?? [];
    const hasRoom = taken.length < this.#seatsMax || this.#clear(userId, taken, nowMs);
    if (!hasRoom || this.#limiter.take('sockets', userId) > 0) {
      this.totals.refused++;
      return false;
    }
    taken.push(socket);
    this.#sockets.set(userId, taken);
    return true;
  }

  /** Does nothing for a socket that has no seat. */
  leave(userId: string, socket: ClientSocket): void {
    const taken = this.#sockets.get(userId);
    const at = taken?.indexOf(socket) ?? -1;
    if (!taken || at < 0) return;
    taken.splice(at, 1);
    if (taken.length === 0) this.#sockets.delete(userId);
    this.#limiter.giveBack('sockets', userId);
  }

  /** Closes the one that has been silent for the longest, if its client must be gone. */
  #clear(userId: string, taken: readonly ClientSocket[], nowMs: number): boolean {
    const silent = taken.reduce((first, next) => (next.heardAtMs < first.heardAtMs ? next : first));
    if (nowMs - silent.heardAtMs < goneAfterMs) return false;
    this.totals.cleared++;
    silent.close('too_many_connections', nowMs);
    this.leave(userId, silent);
    return true;
  }
}
