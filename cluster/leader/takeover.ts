// Ends the journals of workers that are gone: seal, wait until the projector has passed the seal, and only then
// call the worker's shards free. The order is the safety: after the seal the old owner can acknowledge nothing,
// after the projection PostgreSQL holds all it ever acknowledged, so a new owner that starts from PostgreSQL
// misses nothing.
import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock, Log } from '../../actors/runtime/ports.ts';
import { sealJournal } from '../../storage/journal/seal.ts';
import type { JournalStreams } from '../../storage/journal/streams.ts';
import { decodeNotice } from '../../storage/projector/projector.ts';

type Stage =
  | { readonly name: 'sealing' }
  | { readonly name: 'draining'; readonly sinceMs: number }
  | { readonly name: 'drained' };

export class Takeovers {
  readonly #connection: NatsConnection;
  readonly #streams: JournalStreams;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #by: string;
  readonly #stages = new Map<string, Stage>();
  readonly #onDrained: () => void;
  #unsubscribe: () => void = () => undefined;

  constructor(
    connection: NatsConnection,
    streams: JournalStreams,
    clock: Clock,
    log: Log,
    by: string,
    onDrained: () => void,
  ) {
    this.#connection = connection;
    this.#streams = streams;
    this.#clock = clock;
    this.#log = log;
    this.#by = by;
    this.#onDrained = onDrained;
  }

  start(): void {
    const subscription = this.#connection.subscribe(this.#streams.projectedSubjectOf('*'), {
      callback: (error, message) => {
        if (error) return;
        const { incarnation, sealed } = decodeNotice(message.data);
        if (sealed) this.#drained(incarnation);
      },
    });
    this.#unsubscribe = () => subscription.unsubscribe();
  }

  stop(): void {
    this.#unsubscribe();
  }

  /** Nothing of this worker's journal is outside PostgreSQL, and nothing can be added. */
  isDrained(incarnation: string): boolean {
    return this.#stages.get(incarnation)?.name === 'drained';
  }

  /** Starts the takeover of a dead worker's journal, once. */
  begin(incarnation: string): void {
    if (this.#stages.has(incarnation)) return;
    this.#stages.set(incarnation, { name: 'sealing' });
    sealJournal(this.#connection, this.#streams, incarnation, this.#by, this.#log).then(
      () => {
        if (this.#stages.get(incarnation)?.name === 'sealing') {
          this.#stages.set(incarnation, { name: 'draining', sinceMs: this.#clock.monotonicMs() });
        }
      },
      (error: unknown) => {
        this.#log.warn(
          { incarnation, reason: String(error) },
          'the journal could not be sealed; trying again',
        );
        if (this.#stages.get(incarnation)?.name === 'sealing') this.#stages.delete(incarnation);
      },
    );
  }

  forget(incarnation: string): void {
    this.#stages.delete(incarnation);
  }

  #drained(incarnation: string): void {
    const stage = this.#stages.get(incarnation);
    if (!stage || stage.name === 'drained') return;
    const tookMs = stage.name === 'draining' ? Math.round(this.#clock.monotonicMs() - stage.sinceMs) : 0;
    this.#log.info({ incarnation, tookMs }, 'journal drained');
    this.#stages.set(incarnation, { name: 'drained' });
    this.#onDrained();
  }
}
