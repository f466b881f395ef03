// The sockets that one turn of the event loop has frames for, so that each is written to once, at the end of the turn.
import type { Clock } from '../../../actors/runtime/ports.ts';

interface Flushable {
  flush(nowMs: number): void;
}

export class SocketTurn {
  readonly #clock: Clock;
  #sockets: Flushable[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(socket: Flushable): void {
    if (this.#sockets.push(socket) === 1) setImmediate(() => this.#end());
  }

  #end(): void {
    const sockets = this.#sockets;
    this.#sockets = [];
    const nowMs = this.#clock.monotonicMs();
    for (const socket of sockets) socket.flush(nowMs);
  }
}
