// The sockets that one turn of the event loop has frames for, so that each is written to once, at the end of the turn.
import type { Clock, Timers } from '../../../actors/runtime/ports.ts';

interface Flushable {
  flush(nowMs: number): void;
}

export class SocketTurn {
  readonly #clock: Clock;
  readonly #timers: Pick<Timers, 'afterTurn'>;
  #sockets: Flushable[] = [];

  constructor(clock: Clock, timers: Pick<Timers, 'afterTurn'>) {
    this.#clock = clock;
    this.#timers = timers;
  }

  add(socket: Flushable): void {
    if (this.#sockets.push(socket) === 1) this.#timers.afterTurn(() => this.#end());
  }

  #end(): void {
    const sockets = this.#sockets;
    this.#sockets = [];
    const nowMs = this.#clock.monotonicMs();
    for (const socket of sockets) socket.flush(nowMs);
  }
}
