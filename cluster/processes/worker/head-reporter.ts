// Tells PostgreSQL of this worker's journal, and once a second how far it has acknowledged: what is known of the journal
// when its host is lost. While PostgreSQL is away, the head stands in the host's file alone.
import type pg from 'pg';
import type { Cancel, Log, Timers } from '../../../actors/runtime/ports.ts';
import type { HeadKeeper, JournalHeads } from '../../../storage/journal/head.ts';
import type { JournalPosition } from '../../../storage/journal/reader.ts';
import { finishedJournals, reportHead } from '../../../storage/postgres/journal-registry.ts';

export interface HeadReporterOptions {
  readonly pool: pg.Pool;
  readonly heads: JournalHeads;
  readonly keeper: HeadKeeper;
  readonly incarnation: string;
  readonly host: string;
  readonly head: () => JournalPosition;
  readonly timers: Timers;
  readonly log: Log;
}

const everyMs = 1_000;
/** A worker waits this long for PostgreSQL before it serves without it. */
const startWithinMs = 1_000;

export class HeadReporter {
  readonly #options: HeadReporterOptions;
  #cancel: Cancel | null = null;
  #told = -1;
  #telling: Promise<void> | null = null;
  #hasAdopted = false;

  constructor(options: HeadReporterOptions) {
    this.#options = options;
  }

  /** Takes care of what earlier lives left on this host. Before the journal exists, so that nothing is placed before. */
  adopt(): Promise<void> {
    return this.#within(this.#adopt());
  }

  /** Registers the journal, which exists. */
  async start(): Promise<void> {
    this.#cancel = this.#options.timers.setInterval(() => void this.#tell(), everyMs);
    await this.#within(this.#tell());
  }

  async stop(): Promise<void> {
    if (!this.#cancel) return;
    this.#cancel();
    const telling = this.#telling ?? Promise.resolve();
    await this.#within(telling.then(() => this.#tell()));
  }

  #tell(): Promise<void> {
    return (this.#telling ??= this.#report().finally(() => (this.#telling = null)));
  }

  async #report(): Promise<void> {
    const { pool, keeper, incarnation, host, log } = this.#options;
    const head = this.#options.head();
    try {
      if (!this.#hasAdopted) await this.#adopt();
      if (head.number === this.#told) return;
      await reportHead(pool, incarnation, host, head);
      if (this.#told < 0) keeper.registered();
      this.#told = head.number;
    } catch (error) {
      log.debug({ reason: String(error) }, 'the head of the journal is not in PostgreSQL; trying again');
    }
  }

  /** Heads that PostgreSQL never heard of go there; those of finished journals are needed no more. */
  async #adopt(): Promise<void> {
    const { pool, heads, incarnation, host } = this.#options;
    for (const left of heads.unregistered()) {
      const head = heads.read(left);
      if (head && left !== incarnation) await reportHead(pool, left, host, head);
    }
    for (const finished of await finishedJournals(pool, heads.list())) heads.remove(finished);
    this.#hasAdopted = true;
  }

  #within(work: Promise<void>): Promise<void> {
    const { timers, log } = this.#options;
    return new Promise((resolve) => {
      const cancel = timers.setTimeout(resolve, startWithinMs);
      const done = (): void => {
        cancel();
        resolve();
      };
      work.then(done, (error: unknown) => {
        log.debug({ reason: String(error) }, 'PostgreSQL does not take heads of journals; trying again');
        done();
      });
    });
  }
}
