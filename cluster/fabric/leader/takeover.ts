// Ends the journals of workers that are gone: seal, wait until the projector has passed the seal, and only then
// call the worker's shards free. The order is the safety: after the seal the old owner can acknowledge nothing,
// after the projection PostgreSQL holds all it ever acknowledged, so a new owner that starts from PostgreSQL
// misses nothing.
//
// A journal whose stream is missing takes nothing from anyone either. Whether it held more than PostgreSQL has is for the
// projector to say; until it says no, the shards wait.
import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock, Log } from '../../../actors/runtime/ports.ts';
import { isMissingStream } from '../../../storage/journal/append.ts';
import { sealJournal } from '../../../storage/journal/seal.ts';
import type { JournalStreams } from '../../../storage/journal/streams.ts';
import { decodeNotice } from '../../../storage/projector/projector.ts';

type Stage =
  | { readonly name: 'sealing' }
  | { readonly name: 'draining'; readonly sinceMs: number }
  | { readonly name: 'drained' };

export interface TakeoversOptions {
  readonly connection: NatsConnection;
  readonly streams: JournalStreams;
  readonly clock: Clock;
  readonly log: Log;
  /** The sealing leader, named in the seal. */
  readonly by: string;
  readonly onSealed: (incarnation: string) => void;
  readonly onDrained: (incarnation: string) => void;
}

export class Takeovers {
  readonly #options: TakeoversOptions;
  readonly #stages = new Map<string, Stage>();
  readonly totals = { sealed: 0, drained: 0 };
  #unsubscribe: () => void = () => undefined;

  constructor(options: TakeoversOptions) {
    this.#options = options;
  }

  start(): void {
    const { connection, streams } = this.#options;
    const subscription = connection.subscribe(streams.projectedSubjectOf('*'), {
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

  /** Takeovers that have begun and are not forgotten. */
  get incarnations(): Iterable<string> {
    return this.#stages.keys();
  }

  /** It has begun. */
  has(incarnation: string): boolean {
    return this.#stages.has(incarnation);
  }

  /** Starts the takeover of a dead worker's journal, once. */
  begin(incarnation: string): void {
    if (this.#stages.has(incarnation)) return;
    this.#stages.set(incarnation, { name: 'sealing' });
    const { connection, streams, by, log, clock, onSealed } = this.#options;
    sealJournal(connection, streams, incarnation, by, log)
      .catch((error: unknown) => {
        if (!isMissingStream(error)) throw error;
        log.error({ incarnation }, 'a journal of a worker that is gone has no stream');
      })
      .then(
        () => {
          this.totals.sealed++;
          onSealed(incarnation);
          this.#callForDrain(incarnation);
          if (this.#stages.get(incarnation)?.name === 'sealing') {
            this.#stages.set(incarnation, { name: 'draining', sinceMs: clock.monotonicMs() });
          }
        },
        (error: unknown) => {
          log.warn({ incarnation, reason: String(error) }, 'the journal could not be sealed; trying again');
          if (this.#stages.get(incarnation)?.name === 'sealing') this.#stages.delete(incarnation);
        },
      );
  }

  /** Asks again for what is not drained yet: a request may have been lost, and so may have been who heard it. */
  remind(): void {
    for (const [incarnation, { name }] of this.#stages)
      if (name === 'draining') this.#callForDrain(incarnation);
  }

  /** Its projector may have vanished with the worker's host: whoever can is to do it. */
  #callForDrain(incarnation: string): void {
    const { connection, streams } = this.#options;
    if (!connection.isClosed()) connection.publish(streams.sealedSubject, incarnation);
  }

  forget(incarnation: string): void {
    this.#stages.delete(incarnation);
  }

  #drained(incarnation: string): void {
    const stage = this.#stages.get(incarnation);
    if (!stage || stage.name === 'drained') return;
    const { clock, log, onDrained } = this.#options;
    const tookMs = stage.name === 'draining' ? Math.round(clock.monotonicMs() - stage.sinceMs) : 0;
    this.totals.drained++;
    log.info({ incarnation, tookMs }, 'journal drained');
    this.#stages.set(incarnation, { name: 'drained' });
    onDrained(incarnation);
  }
}
