// Journals that may hold what is not in PostgreSQL, as a projector reads them there. NATS may have lost a journal and the
// shard map with it; then nothing else tells that somebody acknowledged what nobody has any more.
import type { Clock, Log } from '../../../actors/runtime/ports.ts';
import type { JournalStreams } from '../../../storage/journal/streams.ts';

const askEveryMs = 5_000;

export class UnfinishedJournals {
  readonly #streams: JournalStreams;
  readonly #clock: Clock;
  readonly #log: Log;
  #recent: ReadonlySet<string> = new Set();
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(streams: JournalStreams, clock: Clock, log: Log) {
    this.#streams = streams;
    this.#clock = clock;
    this.#log = log;
  }

  /** As of a few seconds ago. */
  get recent(): ReadonlySet<string> {
    if (this.#clock.monotonicMs() - this.#askedMs > askEveryMs) void this.ask();
    return this.#recent;
  }

  /** As of now; null when no projector tells. */
  async ask(): Promise<ReadonlySet<string> | null> {
    this.#askedMs = this.#clock.monotonicMs();
    try {
      return (this.#recent = new Set(await this.#streams.unfinished()));
    } catch (error) {
      this.#log.debug({ reason: String(error) }, 'no projector tells which journals are unfinished');
      return null;
    }
  }
}
