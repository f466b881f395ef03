// A process that says, again and again, that it is there, under a key of its own in the cluster's KV. For supervisors
// and projectors, on whom no safety rests; workers have a lease besides (member.ts). As there, each renewal demands the
// revision of the last one that was answered: who is deaf falls silent.
import type { Cancel, Log, Timers } from '../../../actors/runtime/ports.ts';
import type { ClusterKv } from './cluster-kv.ts';
import { membershipTiming } from './timing.ts';

export interface AnnouncementOptions {
  readonly kv: ClusterKv;
  readonly key: string;
  readonly about: object;
  readonly timers: Timers;
  readonly log: Log;
  /** While it is not, it is not counted on; always by default. */
  readonly isWell?: () => boolean;
}

export class Announcement {
  readonly #kv: ClusterKv;
  readonly #key: string;
  readonly #about: object;
  readonly #timers: Timers;
  readonly #log: Log;
  readonly #isWell: () => boolean;
  #revision = 0;
  #renewal = 0;
  #renewing = false;
  #cancel: Cancel = () => undefined;

  constructor({ kv, key, about, timers, log, isWell = () => true }: AnnouncementOptions) {
    this.#kv = kv;
    this.#key = key;
    this.#about = about;
    this.#timers = timers;
    this.#log = log;
    this.#isWell = isWell;
  }

  async start(): Promise<void> {
    // Where an earlier life has left a record, the first attempt finds out where it is.
    await this.#renew().catch(() => this.#renew());
    this.#cancel = this.#timers.setInterval(() => void this.#renewQuietly(), membershipTiming.renewEveryMs);
  }

  /** Others need not wait until they miss it. */
  async stop(): Promise<void> {
    this.#cancel();
    await this.#kv.delete(this.#key).catch(() => undefined);
  }

  async #renewQuietly(): Promise<void> {
    if (this.#renewing || !this.#isWell()) return;
    this.#renewing = true;
    try {
      await this.#renew();
    } catch (error) {
      this.#log.debug({ key: this.#key, reason: String(error) }, 'an announcement could not be renewed');
    } finally {
      this.#renewing = false;
    }
  }

  async #renew(): Promise<void> {
    const record = { ...this.#about, renewal: ++this.#renewal };
    const revision = await this.#kv.compareAndSet(this.#key, record, this.#revision);
    if (revision === null) {
      this.#revision = (await this.#kv.get(this.#key))?.revision ?? 0;
      throw new Error('the record is at another revision');
    }
    this.#revision = revision;
  }
}
