// Sends everyone of a gateway elsewhere, a few at a time: whoever took all of them at once would be overloaded next.
// A socket whose turn has come is closed in a quiet moment, so that no request of it fails; within bounds, for some
// are never quiet.
import type { Cancel, Clock, Timers } from '../../../actors/runtime/ports.ts';
import { DrainPace } from './drain-pace.ts';

export interface DrainOptions {
  /** The time over which the sockets are closed. */
  readonly overMs: number;
  /** How long each may be waited for, when its turn has come. */
  readonly patienceMs?: number;
}

export interface Leaver {
  readonly closed: boolean;
  readonly closingSinceMs: number | null;
  /** No request is under way, nor does one follow upon the other. */
  isQuiet(nowMs: number): boolean;
  close(reason: 'going_away', nowMs: number): void;
}

export const drainBounds = {
  patienceMs: 5_000,
  tickMs: 50,
} as const;

interface Round {
  readonly pace: DrainPace;
  readonly patienceMs: number;
}

export class Draining<Socket extends Leaver> {
  readonly #sockets: ReadonlySet<Socket>;
  readonly #clock: Clock;
  readonly #timers: Timers;
  /** Those whose turn has come, and since when. */
  readonly #leaving = new Map<Socket, number>();
  #round: Round | null = null;
  #stopTick: Cancel = () => undefined;
  #finished: ((empty: boolean) => void)[] = [];
  /** Sockets closed by draining. */
  drained = 0;

  /** @param sockets those that are open; changes as they come and go */
  constructor(sockets: ReadonlySet<Socket>, clock: Clock, timers: Timers) {
    this.#sockets = sockets;
    this.#clock = clock;
    this.#timers = timers;
  }

  get underWay(): boolean {
    return this.#round !== null;
  }

  /** Resolves with true when nobody is left, with false when it was ended before. A later call sets another pace. */
  start({ overMs, patienceMs = drainBounds.patienceMs }: DrainOptions): Promise<boolean> {
    const pace = new DrainPace(this.#sockets.size, this.#clock.monotonicMs(), overMs);
    if (!this.#round)
      this.#stopTick = this.#timers.setInterval(() => this.#tick(this.#round!), drainBounds.tickMs);
    this.#round = { pace, patienceMs };
    const finished = new Promise<boolean>((resolve) => this.#finished.push(resolve));
    this.#tick(this.#round);
    return finished;
  }

  /** Sockets that are not closed yet stay. */
  end(): void {
    this.#finish(false);
  }

  #tick({ pace, patienceMs }: Round): void {
    const nowMs = this.#clock.monotonicMs();
    for (const socket of this.#leaving.keys()) if (socket.closed) this.#leaving.delete(socket);
    this.#choose(this.#sockets.size - this.#leaving.size - pace.mayStay(nowMs), nowMs);
    for (const [socket, sinceMs] of this.#leaving) this.#see(socket, nowMs, nowMs - sinceMs >= patienceMs);
    if (this.#sockets.size === 0) this.#finish(true);
  }

  /** Those who have been here longest go first. */
  #choose(count: number, nowMs: number): void {
    let left = count;
    for (const socket of this.#sockets) {
      if (left <= 0) return;
      if (this.#leaving.has(socket)) continue;
      this.#leaving.set(socket, nowMs);
      left--;
    }
  }

  /** Leaves sockets that are closing already to the gateway, which cuts them off if they take too long. */
  #see(socket: Socket, nowMs: number, impatient: boolean): void {
    if (socket.closingSinceMs !== null) return;
    if (!impatient && !socket.isQuiet(nowMs)) return;
    this.drained++;
    socket.close('going_away', nowMs);
  }

  #finish(empty: boolean): void {
    this.#stopTick();
    this.#round = null;
    this.#leaving.clear();
    for (const resolve of this.#finished.splice(0)) resolve(empty);
  }
}
