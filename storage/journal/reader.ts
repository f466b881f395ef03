// Reads one journal in order, from its beginning or from a checkpoint, for as long as it exists. Every record is
// checked against the one before it: a missing, doubled or damaged one ends the reading loudly.
import { DeliverPolicy, jetstream, JetStreamApiError, type ConsumerMessages } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Log, Timers } from '../../actors/runtime/ports.ts';
import { streamNotFound } from './append.ts';
import { decodeRecord, hashOf, noHash, type JournalRecord } from './record.ts';
import type { JournalStreams } from './streams.ts';

export interface JournalPosition {
  /** The last record that was taken; 0: none. */
  readonly number: number;
  readonly hash: Uint8Array;
}

export const journalStart: JournalPosition = { number: 0, hash: noHash };

export interface ReadRecord {
  readonly record: JournalRecord;
  readonly position: JournalPosition;
}

/** The journal does not continue where it should: records are lost or changed. Never to be passed over in silence. */
export class JournalDamaged extends Error {
  override readonly name = 'JournalDamaged';
}

const retryPauseMs = 250;
/** Records fetched ahead of their processing. */
const readAheadRecords = 64;
/**
 * For how long one request for records stands. Also how long the client waits before it asks again whether its consumer
 * is still there, once such a question was lost: until then nothing is read, even if NATS is back.
 */
const pullExpiresMs = 2_000;

export class JournalReader {
  readonly #connection: NatsConnection;
  readonly #streams: JournalStreams;
  readonly #timers: Timers;
  readonly #log: Log;
  readonly incarnation: string;
  #messages: ConsumerMessages | null = null;
  #stopped = false;

  constructor(
    connection: NatsConnection,
    streams: JournalStreams,
    incarnation: string,
    timers: Timers,
    log: Log,
  ) {
    this.#connection = connection;
    this.#streams = streams;
    this.incarnation = incarnation;
    this.#timers = timers;
    this.#log = log;
  }

  stop(): void {
    this.#stopped = true;
    this.#messages?.stop();
  }

  /**
   * Every record after the position, once, in order; ends after the seal, when stopped, or when the journal was deleted. A seal that comes
   * before the position is given with that position: the journal lost records that were read before.
   */
  async *read(from: JournalPosition): AsyncGenerator<ReadRecord> {
    let position = from;
    while (!this.#stopped) {
      try {
        for await (const bytes of await this.#open()) {
          const next = this.#take(bytes, position);
          if (!next) continue;
          position = next.position;
          yield next;
          if (next.record.type === 'seal') return this.stop();
        }
      } catch (error) {
        if (error instanceof JournalDamaged) throw error;
        if (error instanceof JetStreamApiError && error.code === streamNotFound) return;
        if (this.#stopped) return;
        this.#log.warn(
          { incarnation: this.incarnation, reason: String(error) },
          'journal unreadable; trying again',
        );
      }
      // Once more from the start: what is known is skipped by its number, whatever the stream counts.
      await new Promise<void>((resolve) => this.#timers.setTimeout(resolve, retryPauseMs));
    }
  }

  async #open(): Promise<AsyncIterable<Uint8Array>> {
    const consumers = jetstream(this.#connection, { checkAPI: false }).consumers;
    const consumer = await consumers.get(this.#streams.streamOf(this.incarnation), {
      deliver_policy: DeliverPolicy.All,
    });
    const messages = await consumer.consume({
      max_messages: readAheadRecords,
      expires: pullExpiresMs,
      idle_heartbeat: 1_000,
      abort_on_missing_resource: true,
    });
    this.#messages = messages;
    if (this.#stopped) messages.stop();
    return (async function* () {
      for await (const message of messages) yield message.data;
    })();
  }

  #take(bytes: Uint8Array, position: JournalPosition): ReadRecord | null {
    const record = this.#decode(bytes);
    if (record.number <= position.number) return record.type === 'seal' ? { record, position } : null;
    if (record.number !== position.number + 1 || Buffer.compare(record.previousHash, position.hash) !== 0) {
      throw new JournalDamaged(
        `journal ${this.incarnation}: record ${record.number} does not continue record ${position.number}`,
      );
    }
    return { record, position: { number: record.number, hash: hashOf(bytes) } };
  }

  #decode(bytes: Uint8Array): JournalRecord {
    try {
      return decodeRecord(bytes);
    } catch (error) {
      throw new JournalDamaged(`journal ${this.incarnation}: an undecodable record (${String(error)})`);
    }
  }
}
