// Leadership: one process holds a lease in KV and renews it. Losing it late does no harm: every decision of a
// leader is a compare-and-set of its own.
import type { Clock, Log } from '../../../actors/runtime/ports.ts';
import type { ClusterKv, Versioned } from '../membership/cluster-kv.ts';
import { membershipTiming } from '../membership/timing.ts';

interface LeaseRecord {
  readonly holder: string;
  readonly term: number;
  readonly renewal: number;
}

const leaseKey = 'leader';

export class LeaderLease {
  readonly #kv: ClusterKv;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #holder: string;
  #held: { revision: number; term: number; renewedAtMs: number } | null = null;
  #other: { revision: number; sinceMs: number } | null = null;

  constructor(kv: ClusterKv, clock: Clock, log: Log, holder: string) {
    this.#kv = kv;
    this.#clock = clock;
    this.#log = log;
    this.#holder = holder;
  }

  get held(): boolean {
    return (
      this.#held !== null &&
      this.#clock.monotonicMs() - this.#held.renewedAtMs < membershipTiming.leaderDeadAfterMs - 1_000
    );
  }

  /** Renews the lease, or takes it when nobody holds it. */
  async tick(): Promise<boolean> {
    const nowMs = this.#clock.monotonicMs();
    if (this.#held) return this.#renew(nowMs);
    const present = await this.#kv.get<LeaseRecord>(leaseKey);
    if (!present) return this.#take(0, 1, nowMs);
    return this.#isAbandoned(present, nowMs)
      ? this.#take(present.revision, present.value.term + 1, nowMs)
      : false;
  }

  #isAbandoned({ value, revision }: Versioned<LeaseRecord>, nowMs: number): boolean {
    // Our own name without our holding it: a predecessor on this host, which has ended.
    if (value.holder === this.#holder) return true;
    if (revision !== this.#other?.revision) this.#other = { revision, sinceMs: nowMs };
    return nowMs - this.#other.sinceMs >= membershipTiming.leaderDeadAfterMs;
  }

  async resign(): Promise<void> {
    if (this.#held) await this.#kv.delete(leaseKey);
    this.#held = null;
  }

  async #renew(nowMs: number): Promise<boolean> {
    const { revision, term, renewedAtMs } = this.#held!;
    if (nowMs - renewedAtMs < membershipTiming.leaderRenewEveryMs) return this.held;
    return this.#take(revision, term, nowMs);
  }

  async #take(revision: number, term: number, nowMs: number): Promise<boolean> {
    const record: LeaseRecord = { holder: this.#holder, term, renewal: nowMs };
    const taken = await this.#kv.compareAndSet(leaseKey, record, revision);
    if (taken === null) {
      if (this.#held) this.#log.warn({ term }, 'leadership lost');
      this.#held = this.#other = null;
      return false;
    }
    if (!this.#held) this.#log.info({ term }, 'leading');
    this.#held = { revision: taken, term, renewedAtMs: nowMs };
    return true;
  }
}
