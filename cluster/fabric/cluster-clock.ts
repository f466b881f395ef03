// One time for the whole cluster, whatever the hosts' clocks say: each host measures how far its own is from NATS's.
// Clients make their keys on the time of the gateway's host, and shards judge them on that of the owner's; where those
// differ by more than what a key may be ahead, messages would be refused for good (MSG-4).
import type { Cancel, Clock, Log, Timers } from '../../actors/runtime/ports.ts';

export interface TimeServer {
  /** Its wall time in ms since the epoch; null when it does not say. */
  time(): Promise<number | null>;
}

const measureEveryMs = 10_000;
/** Smaller differences are noise of the measurement: the host's own clock is as good. */
const toleratedMs = 500;
/** An answer that took longer says little. */
const roundTripMsMax = 1_000;
const warnFromMs = 1_000;

export class ClusterClock implements Clock {
  readonly #own: Clock;
  readonly #server: TimeServer;
  readonly #log: Log;
  #offsetMs = 0;
  #cancel: Cancel = () => undefined;

  constructor(own: Clock, server: TimeServer, log: Log) {
    this.#own = own;
    this.#server = server;
    this.#log = log;
  }

  /** Milliseconds added to the host's own time. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  now(): number {
    return this.#own.now() + this.#offsetMs;
  }

  monotonicMs(): number {
    return this.#own.monotonicMs();
  }

  async start(timers: Timers): Promise<void> {
    this.#cancel = timers.setInterval(() => void this.#measure(), measureEveryMs);
    await this.#measure();
  }

  stop(): void {
    this.#cancel();
  }

  async #measure(): Promise<void> {
    const startedMs = this.#own.monotonicMs();
    try {
      const time = await this.#server.time();
      const roundTripMs = this.#own.monotonicMs() - startedMs;
      if (time !== null && roundTripMs <= roundTripMsMax)
        this.#take(time + roundTripMs / 2 - this.#own.now());
    } catch (error) {
      this.#log.debug({ reason: String(error) }, 'the time of NATS could not be read; trying again');
    }
  }

  #take(measuredMs: number): void {
    const offsetMs = Math.abs(measuredMs) < toleratedMs ? 0 : Math.round(measuredMs);
    if (Math.abs(offsetMs - this.#offsetMs) < toleratedMs) return;
    this.#offsetMs = offsetMs;
    if (Math.abs(offsetMs) >= warnFromMs)
      this.#log.warn({ offsetMs }, 'the clock of this host is off; going by that of NATS');
  }
}
