// Decides at once, from memory, whether someone may do one more (ACC-6); what all workers together allow is settled
// behind it.
//
// The problem: a limit should hold over all workers, but a frame may not wait for a store, and an absent store may
// refuse nobody. So each process has token buckets of its own and decides by them alone. When there is a shared store
// (Redis), what was taken is added up and sent there every `reconcileEveryMs`; the answer is the subject's level over
// all processes, and the local bucket is lowered to it. A level may be below zero: what was overdrawn before the
// processes knew of each other is paid back before the subject may go on anywhere it has been, and the time that a
// refusal names includes that.
//
// How much too much: a process that has not heard of a subject's other takes lets through at most one burst, and what
// the rate adds until the first answer. So over n processes and any time t at most
//     rate × t + n × (burst + rate × (reconcileEveryMs + the store's answer time))
// gets through, and in the long run no more than the rate. Without the store: n × (burst + rate × t).
//
// The level never raises a local bucket, so a store that was flushed loosens nothing. Takes that could not be told (it
// was away, or too many subjects came at once) are dropped, not kept for later.
import type { Cancel, Clock, Timers } from '../../../actors/runtime/ports.ts';
import { TokenBuckets, type Rate } from './token-buckets.ts';

/** Tokens that one subject took since the last time, or gave back (negative). */
export interface Spending {
  /** `kind:subject` */
  readonly key: string;
  readonly count: number;
  /** How long ago the first of them was taken: the bucket has been refilling since. */
  readonly ageMs: number;
  readonly rate: Rate;
}

/** A store that all processes share. */
export interface SharedBuckets {
  /** Whether it is worth trying now. */
  readonly reachable: boolean;
  /** The levels after it, in the order given; null when the store did not answer. Never throws. */
  spend(spendings: readonly Spending[]): Promise<readonly number[] | null>;
}

export interface LimiterOptions<Kind extends string> {
  readonly rates: Readonly<Record<Kind, Rate>>;
  /** Null: limits hold for this process alone. */
  readonly shared: SharedBuckets | null;
  readonly clock: Clock;
  readonly timers: Timers;
}

interface Pending<Kind> {
  readonly kind: Kind;
  readonly subject: string;
  readonly firstMs: number;
  count: number;
}

export const reconcileEveryMs = 100;
/** Subjects whose takes one round tells. */
export const pendingMax = 20_000;

export class Limiter<Kind extends string> {
  readonly #shared: SharedBuckets | null;
  readonly #clock: Clock;
  readonly #buckets: ReadonlyMap<Kind, TokenBuckets>;
  readonly #stopRounds: Cancel;
  #pending = new Map<string, Pending<Kind>>();
  #reconciling = false;
  readonly refusals: Record<Kind, number>;
  /** Takes that the other processes will not hear of though there is a store. */
  readonly totals = { untold: 0 };

  constructor({ rates, shared, clock, timers }: LimiterOptions<Kind>) {
    this.#shared = shared;
    this.#clock = clock;
    const kinds = Object.keys(rates) as Kind[];
    this.#buckets = new Map(kinds.map((kind) => [kind, new TokenBuckets(rates[kind])]));
    this.refusals = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<Kind, number>;
    this.#stopRounds = shared
      ? timers.setInterval(() => void this.#reconcile(shared), reconcileEveryMs)
      : () => undefined;
  }

  /** Takes one: 0 when the subject may go on, else the ms after which it may. */
  take(kind: Kind, subject: string): number {
    const nowMs = this.#clock.monotonicMs();
    const waitMs = this.#bucketsOf(kind).take(subject, nowMs);
    if (waitMs === 0) this.#tell(kind, subject, 1, nowMs);
    else this.refusals[kind]++;
    return waitMs;
  }

  /** Takes what was used already, more than there is if need be: the subject waits until that is paid. */
  charge(kind: Kind, subject: string, tokens: number): void {
    const nowMs = this.#clock.monotonicMs();
    this.#bucketsOf(kind).charge(subject, tokens, nowMs);
    this.#tell(kind, subject, tokens, nowMs);
  }

  /** As `take`, but takes nothing: for what is paid later, and only if it goes wrong. */
  check(kind: Kind, subject: string): number {
    const waitMs = this.#bucketsOf(kind).waitMs(subject, this.#clock.monotonicMs());
    if (waitMs > 0) this.refusals[kind]++;
    return waitMs;
  }

  giveBack(kind: Kind, subject: string): void {
    const nowMs = this.#clock.monotonicMs();
    this.#bucketsOf(kind).giveBack(subject, nowMs);
    this.#tell(kind, subject, -1, nowMs);
  }

  stop(): void {
    this.#stopRounds();
  }

  #bucketsOf(kind: Kind): TokenBuckets {
    return this.#buckets.get(kind)!;
  }

  #tell(kind: Kind, subject: string, count: number, nowMs: number): void {
    if (!this.#shared) return;
    const key = keyOf(kind, subject);
    const pending = this.#pending.get(key);
    if (pending) pending.count += count;
    else if (this.#shared.reachable && this.#pending.size < pendingMax)
      this.#pending.set(key, { kind, subject, count, firstMs: nowMs });
    else this.totals.untold += Math.max(0, count);
  }

  /** One round at a time: a slow store makes rounds rarer and larger, never more of them. */
  async #reconcile(shared: SharedBuckets): Promise<void> {
    if (this.#reconciling || this.#pending.size === 0) return;
    const round = this.#pending;
    this.#pending = new Map();
    this.#reconciling = true;
    const sentMs = this.#clock.monotonicMs();
    const spendings = Array.from(round, ([key, { kind, count, firstMs }]) => {
      return { key, count, ageMs: sentMs - firstMs, rate: this.#bucketsOf(kind).rate };
    });
    const levels = await shared.spend(spendings);
    this.#reconciling = false;
    if (levels === null) for (const { count } of spendings) this.totals.untold += Math.max(0, count);
    else this.#adopt(round, levels, sentMs);
  }

  /** A level is as old as its way was long; what was taken here meanwhile is not in it. */
  #adopt(round: ReadonlyMap<string, Pending<Kind>>, levels: readonly number[], sentMs: number): void {
    const nowMs = this.#clock.monotonicMs();
    let at = 0;
    for (const [key, { kind, subject }] of round) {
      const buckets = this.#bucketsOf(kind);
      const refilled = ((nowMs - sentMs) * buckets.rate.perSecond) / 1000;
      const takenSince = this.#pending.get(key)?.count ?? 0;
      buckets.lowerTo(subject, levels[at++]! + refilled - takenSince, nowMs);
    }
  }
}

function keyOf(kind: string, subject: string): string {
  return `${kind}:${subject}`;
}
