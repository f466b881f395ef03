// Members of one kind, as this process knows them: watched, and read anew now and then, since a watch may miss a value.
import type { Cancel, Log, Timers } from '../../../actors/runtime/ports.ts';
import type { ClusterKv, Versioned } from './cluster-kv.ts';
import { Departures } from './departures.ts';
import { membershipTiming } from './timing.ts';

export interface MembersOptions {
  readonly kv: ClusterKv;
  /** First part of the keys. */
  readonly kind: string;
  readonly timers: Timers;
  readonly log: Log;
  /** Called when somebody has come or gone. */
  readonly onChange?: (name: string, isHere: boolean) => void;
  readonly readEveryMs?: number;
}

export class Members<Value> {
  readonly #kv: ClusterKv;
  readonly #kind: string;
  readonly #timers: Timers;
  readonly #log: Log;
  readonly #onChange: (name: string, isHere: boolean) => void;
  readonly #readEveryMs: number;
  readonly #members = new Map<string, Versioned<Value>>();
  /** Deletions since the last reading: what is read late must not bring anyone back. */
  readonly #deleted = new Map<string, number>();
  readonly #departures = new Departures();
  #cancels: Cancel[] = [];

  constructor(options: MembersOptions) {
    this.#kv = options.kv;
    this.#kind = options.kind;
    this.#timers = options.timers;
    this.#log = options.log;
    this.#onChange = options.onChange ?? (() => undefined);
    this.#readEveryMs = options.readEveryMs ?? membershipTiming.mapReadEveryMs;
  }

  get all(): ReadonlyMap<string, Versioned<Value>> {
    return this.#members;
  }

  get revisions(): Map<string, number> {
    return new Map([...this.#members].map(([name, { revision }]) => [name, revision]));
  }

  async start(): Promise<void> {
    this.#cancels = [
      await this.#kv.watchAll<Value>(this.#kind, (name, { value, revision }) => {
        if (value !== null) return this.#take(name, { value, revision });
        if (revision < (this.#members.get(name)?.revision ?? 0)) return;
        this.#deleted.set(name, revision);
        this.#remove(name);
      }),
      this.#timers.setInterval(() => void this.#read(), this.#readEveryMs),
    ];
    await this.#read();
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel();
  }

  /** Asks NATS itself about one member: certain, where the watch may be late. Throws as NATS does. */
  async confirm(name: string): Promise<Versioned<Value> | null> {
    const entry = await this.#kv.get<Value>(`${this.#kind}.${name}`);
    if (entry) this.#take(name, entry);
    else this.#remove(name);
    return entry;
  }

  async #read(): Promise<void> {
    try {
      const listed = await this.#kv.list<Value>(this.#kind);
      for (const [name, entry] of listed) this.#take(name, entry);
      this.#deleted.clear();
      const gone = this.#departures.look(this.#members.keys(), new Set(listed.keys()));
      for (const name of gone) this.#remove(name);
    } catch (error) {
      this.#log.debug({ kind: this.#kind, reason: String(error) }, 'members could not be read; trying again');
    }
  }

  #take(name: string, entry: Versioned<Value>): void {
    const known = this.#members.get(name);
    if (entry.revision <= Math.max(known?.revision ?? 0, this.#deleted.get(name) ?? 0)) return;
    this.#members.set(name, entry);
    if (!known) this.#onChange(name, true);
  }

  #remove(name: string): void {
    if (this.#members.delete(name)) this.#onChange(name, false);
  }
}
