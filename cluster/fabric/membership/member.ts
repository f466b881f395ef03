// A worker's membership: announces it, renews it, and knows for how long it holds.
//
// Each renewal demands that the record is at the revision of the last one that was answered. So a worker whose answers
// are lost on their way looks as silent to the leader as it is deaf itself: it serves nothing, and is replaced.
import type { Cancel, Clock, Log, Timers } from '../../../actors/runtime/ports.ts';
import type { Role } from '../../config.ts';
import type { ClusterKv } from './cluster-kv.ts';
import { membershipTiming } from './timing.ts';

export interface MemberRecord {
  readonly incarnation: string;
  readonly host: string;
  /** `host/number`: stays the same over restarts. */
  readonly place: string;
  readonly roles: readonly Role[];
  readonly pid: number;
  readonly startedAtMs: number;
  readonly weight: number;
  /** Address of metrics and health, host:port. */
  readonly admin: string;
  /** Counts up: a renewal is a change. */
  readonly renewal: number;
}

export const memberKey = (incarnation: string) => `member.${incarnation}`;

export interface MemberOptions {
  readonly about: Omit<MemberRecord, 'admin' | 'renewal'>;
  readonly kv: ClusterKv;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly onDeclaredDead: (reason: string) => void;
}

export class Member {
  readonly #kv: ClusterKv;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #log: Log;
  #record: MemberRecord;
  #validUntilMs = 0;
  /** Of the last renewal that was answered. */
  #revision = 0;
  #renewing = false;
  #cancel: Cancel = () => undefined;
  #lapsed = false;
  #hasLeft = false;
  #confirm: () => Promise<void> = () => Promise.resolve();
  readonly #onDeclaredDead: (reason: string) => void;

  constructor({ about, kv, clock, timers, log, onDeclaredDead }: MemberOptions) {
    this.#onDeclaredDead = onDeclaredDead;
    this.#record = { ...about, admin: '', renewal: 0 };
    this.#kv = kv;
    this.#clock = clock;
    this.#timers = timers;
    this.#log = log;
  }

  /** While true, nobody else can have been given this worker's shards. */
  get valid(): boolean {
    return this.#clock.monotonicMs() < this.#validUntilMs;
  }

  /** @param admin where this worker's metrics and health are */
  async join(admin: string): Promise<void> {
    this.#record = { ...this.#record, admin };
    await this.#renew();
    this.#cancel = this.#timers.setInterval(() => void this.#renewQuietly(), membershipTiming.renewEveryMs);
  }

  /** While the lease was lapsed a successor may have been put in place: this is asked before serving again. */
  whenLapsed(confirm: () => Promise<void>): void {
    this.#confirm = confirm;
  }

  /** Says good-bye, so that nobody has to wait for the lease to end. */
  async leave(): Promise<void> {
    this.#hasLeft = true;
    this.#cancel();
    this.#validUntilMs = 0;
    await this.#kv.delete(memberKey(this.#record.incarnation));
  }

  async #renewQuietly(): Promise<void> {
    if (this.#renewing) return;
    this.#renewing = true;
    try {
      await this.#renew();
      if (this.#lapsed) this.#log.info({}, 'membership renewed; serving again');
      this.#lapsed = false;
    } catch (error) {
      if (!this.valid && !this.#lapsed) {
        this.#lapsed = true;
        this.#log.warn({ reason: String(error) }, 'membership lapsed; serving nothing until it is renewed');
      }
    } finally {
      this.#renewing = false;
    }
  }

  async #renew(): Promise<void> {
    const startedMs = this.#clock.monotonicMs();
    this.#record = { ...this.#record, renewal: this.#record.renewal + 1 };
    const lapsed = this.#validUntilMs > 0 && !this.valid;
    const key = memberKey(this.#record.incarnation);
    const set = () => this.#kv.compareAndSet(key, this.#record, this.#revision);
    let revision = await set();
    if (revision === null) {
      await this.#catchUp(key);
      revision = await set();
    }
    if (revision === null) throw new Error('the membership is at another revision');
    this.#revision = revision;
    if (lapsed) await this.#confirm();
    // Counted from before the request: the leader cannot have seen it earlier.
    this.#validUntilMs = startedMs + membershipTiming.leaseMs;
  }

  /**
   * An earlier renewal has arrived although its answer did not. Or the record was taken away: then the others have counted
   * this worker as gone and forgotten what they kept for it, so it may not come back under this name.
   */
  async #catchUp(key: string): Promise<void> {
    const present = await this.#kv.get<MemberRecord>(key);
    if (!present && !this.#hasLeft) {
      this.#cancel();
      this.#validUntilMs = 0;
      this.#onDeclaredDead('the others have counted this worker as gone');
    }
    if (!present) throw new Error('the membership is gone');
    this.#revision = present.revision;
  }
}
