// How much of the work an overloaded worker refuses. Pure: told how late the event loop runs.
//
// The problem: whoever refuses everything until things are better is idle while those who were refused wait, and is
// overrun when they all come back; on the average it does much less than it could. So only a part is refused, which
// grows for as long as the loop is late and shrinks slowly when it is not: the worker stays as busy as it can be. What
// can wait goes first: nobody misses a receipt or a sign of typing for a second, a message everybody does.
import { opcodes } from '../../../protocol/opcodes.ts';
import { admissionBounds as bounds } from './bounds.ts';

const canWait: ReadonlySet<number> = new Set([opcodes.cursor, opcodes.typing, opcodes.watchPresence]);
/** The part up to which only what can wait is refused. */
const lessUrgentPart = 1 / 3;

export class Shedding {
  #part = 0;
  #lastMs: number | null = null;
  /** Of each kind, what was taken or refused too much so far: a half means every second one, not a chance of it. */
  #owed = { urgent: 0, other: 0 };

  /** From 0: nothing is refused, to 1: all work is. */
  get part(): number {
    return this.#part;
  }

  /** Even of what is urgent. */
  get isUrgent(): boolean {
    return this.#part > lessUrgentPart;
  }

  /** @param standingMs how late the loop runs, standing (see load-state.ts) */
  observe(standingMs: number, nowMs: number): void {
    const passedSeconds = Math.min(bounds.countedMsMax, nowMs - (this.#lastMs ?? nowMs)) / 1000;
    this.#lastMs = nowMs;
    const { shedsFromMs, leaveAtPart, growsPerSecond, shrinksPerSecond } = bounds;
    if (standingMs >= shedsFromMs)
      this.#part += passedSeconds * growsPerSecond * Math.min(4, standingMs / shedsFromMs);
    else if (standingMs < leaveAtPart * shedsFromMs) this.#part -= passedSeconds * shrinksPerSecond;
    this.#part = Math.min(1, Math.max(0, this.#part));
  }

  /** Whether this request is among those that are refused. */
  refuses(opcode: number): boolean {
    if (this.#part === 0) return false;
    const kind = canWait.has(opcode) ? 'other' : 'urgent';
    this.#owed[kind] += this.#partOf(kind);
    if (this.#owed[kind] < 1) return false;
    this.#owed[kind]--;
    return true;
  }

  #partOf(kind: 'urgent' | 'other'): number {
    if (kind === 'other') return Math.min(1, this.#part / lessUrgentPart);
    return Math.max(0, (this.#part - lessUrgentPart) / (1 - lessUrgentPart));
  }
}
