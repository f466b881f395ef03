// A process that says, again and again, that it is there, under a key of its own in the cluster's KV. For supervisors
// and projectors, on whom no safety rests; workers have a lease besides (member.ts).
import type { Cancel, Log, Timers } from '../../actors/runtime/ports.ts';
import type { ClusterKv } from './cluster-kv.ts';
import { membershipTiming } from './timing.ts';

export class Announcement {
  readonly #kv: ClusterKv;
  readonly #key: string;
  readonly #about: object;
  readonly #timers: Timers;
  readonly #log: Log;
  #renewal = 0;
  #renewing = false;
  #cancel: Cancel = () => undefined;

  constructor(kv: ClusterKv, key: string, about: object, timers: Timers, log: Log) {
    this.#kv = kv;
    this.#key = key;
    this.#about = about;
    this.#timers = timers;
    this.#log = log;
  }

  async start(): Promise<void> {
    await this.#renew();
    this.#cancel = this.#timers.setInterval(() => void this.#renewQuietly(), membershipTiming.renewEveryMs);
  }

  /** Others need not wait until they miss it. */
  async stop(): Promise<void> {
    this.#cancel();
    await this.#kv.delete(this.#key).catch(() => undefined);
  }

  async #renewQuietly(): Promise<void> {
    if (this.#renewing) return;
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
    await this.#kv.put(this.#key, { ...this.#about, renewal: ++this.#renewal });
  }
}
