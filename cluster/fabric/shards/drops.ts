// Ends the subscriptions of people who do not belong to a conversation any more, on every gateway, and knows when that
// is certain: only then is their removal acknowledged (GRP-4).
import type { Cancel, Timers } from '../../../actors/runtime/ports.ts';

interface Waiting {
  readonly gateways: Set<string>;
  readonly finish: (certain: boolean) => void;
}

const repeatEveryMs = 500;
const giveUpAfterMs = 5_000;

export class Drops {
  readonly #timers: Timers;
  readonly #waiting = new Map<number, Waiting>();
  #lastCorrelation = 0;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** @param send asks one gateway; repeated while it does not answer, since NATS may lose either way */
  start(
    interested: Iterable<string>,
    send: (gateway: string, correlation: number) => void,
  ): Promise<boolean> {
    const gateways = new Set(interested);
    if (gateways.size === 0) return Promise.resolve(true);
    const correlation = ++this.#lastCorrelation;
    const sendAll = () => gateways.forEach((gateway) => send(gateway, correlation));
    return new Promise((resolve) => {
      const cancels: Cancel[] = [];
      const finish = (certain: boolean) => {
        this.#waiting.delete(correlation);
        for (const cancel of cancels) cancel();
        resolve(certain);
      };
      this.#waiting.set(correlation, { gateways, finish });
      cancels.push(this.#timers.setInterval(sendAll, repeatEveryMs));
      cancels.push(this.#timers.setTimeout(() => finish(false), giveUpAfterMs));
      sendAll();
    });
  }

  onDropped(gateway: string, correlation: number): void {
    const waiting = this.#waiting.get(correlation);
    if (waiting?.gateways.delete(gateway) && waiting.gateways.size === 0) waiting.finish(true);
  }

  /** These have no sockets any more. */
  gatewaysGone(gone: ReadonlySet<string>): void {
    for (const [correlation, { gateways }] of this.#waiting) {
      for (const gateway of gateways) if (gone.has(gateway)) this.onDropped(gateway, correlation);
    }
  }
}
