// The operators' wishes as they are stored: changed by compare-and-set, followed by watching and reading anew.
import type { Cancel, Log, Timers } from '../../../actors/runtime/ports.ts';
import type { ClusterKv } from '../membership/cluster-kv.ts';
import { membershipTiming } from '../membership/timing.ts';
import { intentKey, noIntent, type Intent } from './intent.ts';

const changeAttemptsMax = 20;

export async function readIntent(kv: ClusterKv): Promise<Intent> {
  return (await kv.get<Intent>(intentKey))?.value ?? noIntent;
}

/** Applies the change to whatever the intent is by then; returns the new one. Throws when it changes all the time. */
export async function changeIntent(kv: ClusterKv, change: (intent: Intent) => Intent): Promise<Intent> {
  for (let attempt = 0; attempt < changeAttemptsMax; attempt++) {
    const present = await kv.get<Intent>(intentKey);
    const before = present?.value ?? noIntent;
    const next = change(before);
    if (JSON.stringify(next) === JSON.stringify(before)) return before;
    if ((await kv.compareAndSet(intentKey, next, present?.revision ?? 0)) !== null) return next;
  }
  throw new Error('the operators’ wishes change all the time; nothing was changed');
}

/** The intent as this process knows it. */
export class IntentWatch {
  readonly #kv: ClusterKv;
  readonly #timers: Timers;
  readonly #log: Log;
  readonly #onChange: (intent: Intent) => void;
  #revision = 0;
  #intent = noIntent;
  #cancels: Cancel[] = [];

  constructor(kv: ClusterKv, timers: Timers, log: Log, onChange: (intent: Intent) => void = () => undefined) {
    this.#kv = kv;
    this.#timers = timers;
    this.#log = log;
    this.#onChange = onChange;
  }

  get intent(): Intent {
    return this.#intent;
  }

  async start(): Promise<void> {
    this.#cancels = [
      await this.#kv.watch<Intent>(intentKey, ({ value, revision }) => this.#take(value, revision)),
      this.#timers.setInterval(() => void this.#read(), membershipTiming.mapReadEveryMs),
    ];
    await this.#read();
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel();
  }

  async #read(): Promise<void> {
    try {
      const entry = await this.#kv.get<Intent>(intentKey);
      if (entry) this.#take(entry.value, entry.revision);
    } catch (error) {
      this.#log.debug({ reason: String(error) }, 'the operators’ wishes could not be read; trying again');
    }
  }

  #take(intent: Intent, revision: number): void {
    if (revision <= this.#revision) return;
    this.#revision = revision;
    this.#intent = intent;
    this.#onChange(intent);
  }
}
