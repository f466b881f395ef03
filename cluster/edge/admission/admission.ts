// Whether this worker takes more now: the gateway asks it about sockets, greetings and requests.
//
// A worker that takes on more than it can do serves nobody: everything times out and is repeated, and in the end it
// cannot even renew its membership, so that its shards, and the load with them, fall upon the others. So it measures
// how late its event loop runs and refuses early, cheaply, and with a time to wait. What has arrived is read in one turn
// of the loop, however much it is, and nothing is measured meanwhile: so the length of the turn counts as well.
import type { Cancel, Clock, Random, Timers } from '../../../actors/runtime/ports.ts';
import { opcodes } from '../../../protocol/opcodes.ts';
import { admissionBounds as bounds } from './bounds.ts';
import { LoadState, type Load } from './load-state.ts';
import { retryAfterMs, spreadMs } from './retry-after.ts';
import { Shedding } from './shedding.ts';

export interface AdmissionOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
}

/** Kinds of refused work, with the reason. */
export type RefusalReason =
  | 'socket_while_draining'
  | 'socket_full'
  | 'socket_overloaded'
  | 'greetings_full'
  | 'request_overloaded'
  | 'requests_full'
  /** Closed, for asking on without waiting, or in a turn of the loop that never ends. */
  | 'socket_impatient';

/** They cost little, and who is refused them would come back and cost more. */
const alwaysTaken: ReadonlySet<number> = new Set([opcodes.ping, opcodes.hello, opcodes.reauthenticate]);

export class Admission {
  readonly #random: Random;
  readonly #state = new LoadState();
  readonly #shedding = new Shedding();
  readonly #stopMeasuring: Cancel;
  #overloaded = false;
  /** When the loop came by last. */
  #turnedMs: number;
  #greetings = 0;
  #greetingsPeak = 0;
  #requests = 0;
  readonly refusals: Record<RefusalReason, number> = {
    socket_while_draining: 0,
    socket_full: 0,
    socket_overloaded: 0,
    greetings_full: 0,
    request_overloaded: 0,
    requests_full: 0,
    socket_impatient: 0,
  };

  constructor({ clock, timers, random }: AdmissionOptions) {
    this.#random = random;
    this.#turnedMs = clock.monotonicMs();
    this.#stopMeasuring = timers.setInterval(() => {
      const nowMs = clock.monotonicMs();
      this.#state.observe(nowMs - this.#turnedMs - bounds.measureEveryMs, nowMs);
      this.#turnedMs = nowMs;
      this.#shedding.observe(this.#state.standingMs, nowMs);
      this.#overloaded = this.#state.load === 'overloaded';
    }, bounds.measureEveryMs);
  }

  get overloaded(): boolean {
    return this.#overloaded;
  }
  get load(): Load {
    return this.#state.load;
  }
  get rank(): number {
    return this.#state.rank;
  }
  /** How late the event loop runs, standing. */
  get lateMs(): number {
    return this.#state.standingMs;
  }
  get pressure(): number {
    return this.#state.pressure;
  }
  /** Greetings under way, the most there ever were, and as many as there may be now. */
  get greetings(): number {
    return this.#greetings;
  }
  get greetingsPeak(): number {
    return this.#greetingsPeak;
  }
  get greetingsMax(): number {
    return this.load === 'calm' ? bounds.greetingsMax : bounds.greetingsWhileBusyMax;
  }

  get requests(): number {
    return this.#requests;
  }

  /** Newcomers are turned away at this moment: those who are there already do not get all they ask for. */
  refusesSockets(nowMs: number): boolean {
    const isShort = this.load !== 'calm' && this.#shedding.isUrgent;
    return this.#overloaded || isShort || this.#turnIsTooLong(nowMs);
  }

  /** Whether some of the work is refused at this moment; asked for each frame. */
  isRefusing(nowMs: number): boolean {
    return this.#shedding.part > 0 || this.#turnIsTooLong(nowMs);
  }

  #turnIsTooLong(nowMs: number): boolean {
    return nowMs - this.#turnedMs > bounds.turnMsMax;
  }

  /** The part of the work that is refused, from 0 to 1. */
  get shedding(): number {
    return this.#shedding.part;
  }

  /** 0 when a request may be carried out, else the ms after which to repeat it. To be asked once for each. */
  refuseRequest(opcode: number, nowMs: number): number {
    if (alwaysTaken.has(opcode)) return 0;
    if (!this.#turnIsTooLong(nowMs) && !this.#shedding.refuses(opcode)) return 0;
    this.refusals.request_overloaded++;
    return this.retryAfterMs();
  }

  /** After how many refusals within `retryAfterMsMin` a socket is closed, to try again later. */
  refusalsOfWorkMax(nowMs: number): number {
    const refusingTakesTooLong = nowMs - this.#turnedMs > bounds.turnMsBeforeCloses;
    return refusingTakesTooLong ? bounds.refusalsOfWorkInLongTurnMax : bounds.refusalsOfWorkMax;
  }

  /** Wait for a request refused now; another time for each. */
  retryAfterMs(): number {
    return retryAfterMs(this.pressure, this.#random.fraction());
  }

  /** Which part of their commands other workers should keep back, and for how long. */
  get askedOfOthers(): { readonly part: number; readonly waitMs: number } {
    const { part } = this.#shedding;
    return { part, waitMs: part > 0 ? retryAfterMs(this.pressure, 0) : 0 };
  }

  /** The time that a full part of the cluster asked to wait: many wait for the same one. */
  spreadMs(ms: number): number {
    return spreadMs(ms, this.#random.fraction());
  }

  /** False when as many greetings are under way as may be; each that was begun is to be ended. */
  beginGreeting(): boolean {
    if (this.#greetings >= this.greetingsMax) {
      this.refusals.greetings_full++;
      return false;
    }
    this.#greetingsPeak = Math.max(this.#greetingsPeak, ++this.#greetings);
    return true;
  }

  endGreeting(): void {
    this.#greetings--;
  }

  /** 0 when it is begun, and is to be ended; else the ms after which to repeat it. */
  beginRequest(): number {
    if (this.#requests >= bounds.requestsMax) {
      this.refusals.requests_full++;
      return this.retryAfterMs();
    }
    this.#requests++;
    return 0;
  }

  endRequest(): void {
    this.#requests--;
  }

  stop(): void {
    this.#stopMeasuring();
  }
}
