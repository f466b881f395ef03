// Messages whose predecessor has not arrived yet: they wait briefly, so that messages of one queue are stored in
// the order they were written, whatever order they come in (OFF-3).
import type { Respond } from '../runtime/activation.ts';
import { bounds } from '../runtime/bounds.ts';
import type { Cancel, Timers } from '../runtime/ports.ts';
import { refuse } from '../runtime/reply.ts';
import type { SendMessage, Sent } from './commands.ts';

interface Parked {
  readonly command: SendMessage;
  readonly respond: Respond<Sent>;
  readonly cancel: Cancel;
}

export class Parking {
  readonly #timers: Timers;
  readonly #byPredecessor = new Map<string, Parked[]>();
  #size = 0;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  get size(): number {
    return this.#size;
  }

  /** Keeps the command until its predecessor arrives; false when there is no room. */
  park(predecessor: string, command: SendMessage, respond: Respond<Sent>): boolean {
    if (this.#size >= bounds.parkedMessagesMax) return false;
    const waiting = this.#byPredecessor.get(predecessor) ?? [];
    this.#byPredecessor.set(predecessor, waiting);
    const parked: Parked = {
      command,
      respond,
      cancel: this.#timers.setTimeout(() => this.#giveUp(predecessor, parked), bounds.parkedForMsMax),
    };
    waiting.push(parked);
    this.#size++;
    return true;
  }

  /** Hands out what waited for this key. */
  release(key: string): { command: SendMessage; respond: Respond<Sent> }[] {
    const waiting = this.#byPredecessor.get(key);
    if (!waiting) return [];
    this.#byPredecessor.delete(key);
    this.#size -= waiting.length;
    for (const { cancel } of waiting) cancel();
    return waiting;
  }

  dispose(): void {
    for (const key of [...this.#byPredecessor.keys()]) {
      for (const { respond } of this.release(key)) respond(refuse('unavailable', 0));
    }
  }

  #giveUp(predecessor: string, parked: Parked): void {
    const waiting = this.#byPredecessor.get(predecessor);
    if (!waiting?.includes(parked)) return;
    waiting.splice(waiting.indexOf(parked), 1);
    if (waiting.length === 0) this.#byPredecessor.delete(predecessor);
    this.#size--;
    parked.respond(refuse('predecessor_missing', 0));
  }
}
