// Journals that may hold what is not in PostgreSQL, as a projector reads them there. NATS may have lost a journal and the
// shard map with it; then nothing else tells that somebody acknowledged what nobody has any more.
import type { Clock, Log } from '../../../actors/runtime/ports.ts';
import type { JournalStreams } from '../../../storage/journal/streams.ts';

const askEveryMs = 5_000;
/** Finished journals that are remembered: more than end while one answer is under way. */
const finishedKeptMax = 1_000;

export class UnfinishedJournals {
  readonly #streams: JournalStreams;
  readonly #clock: Clock;
  readonly #log: Log;
  #recent: ReadonlySet<string> = new Set();
  #askedMs = Number.NEGATIVE_INFINITY;
  readonly #finished = new Set<string>();

  constructor(streams: JournalStreams, clock: Clock, log: Log) {
    this.#streams = streams;
    this.#clock = clock;
    this.#log = log;
  }

  /** As of a few seconds ago, without those that this leader has finished since. */
  get recent(): ReadonlySet<string> {
    if (this.#clock.monotonicMs() - this.#askedMs > askEveryMs) void this.ask();
    return new Set([...this.#recent].filter((incarnation) => !this.#finished.has(incarnation)));
  }

  /** Nothing of the journal is outside PostgreSQL any more. Incarnations never come back. */
  finished(incarnation: string): void {
    this.#finished.add(incarnation);
    const [oldest] = this.#finished;
    if (this.#finished.size > finishedKeptMax && oldest !== undefined) this.#finished.delete(oldest);
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
