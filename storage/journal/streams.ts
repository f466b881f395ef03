// Journals as JetStream streams: one for each incarnation of a worker, named after it.
import {
  DiscardPolicy,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type StoredMsg,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import { journalBounds } from './bounds.ts';

const askWithinMs = 2_000;

/** Makes and trims journals, which not everybody may. */
export interface JournalKeeper {
  /** @param bytesMax where it is not decided by who keeps them */
  create(incarnation: string, bytesMax?: number): Promise<void>;
  trim(incarnation: string, keepFrom: number): Promise<void>;
}

export class JournalStreams implements JournalKeeper {
  readonly #connection: NatsConnection;
  readonly #namespace: string;
  #manager: JetStreamManager | null = null;

  /** @param namespace first part of every subject and stream of this cluster */
  constructor(connection: NatsConnection, namespace: string) {
    this.#connection = connection;
    this.#namespace = namespace;
  }

  streamOf(incarnation: string): string {
    return `${this.#namespace}_journal_${incarnation}`;
  }
  subjectOf(incarnation: string): string {
    return `${this.#namespace}.journal.${incarnation}`;
  }
  /** Where the projector says how far it is. */
  projectedSubjectOf(incarnation: string): string {
    return `${this.#namespace}.projected.${incarnation}`;
  }
  /** Where a new journal is announced. */
  get announceSubject(): string {
    return `${this.#namespace}.journals`;
  }

  /** Where it is said that a journal was sealed: all who can are to project the rest of it. */
  get sealedSubject(): string {
    return `${this.#namespace}.sealed`;
  }

  /** Where a worker says that somebody waits for the projection of its journal. */
  get hurrySubject(): string {
    return `${this.#namespace}.hurry`;
  }

  /** Where a projector is asked which journals may hold what is not in PostgreSQL. */
  get unfinishedSubject(): string {
    return `${this.#namespace}.unfinished`;
  }

  /** Asks for what the journal holds by now, without waiting for more. Lost, it costs the usual wait. */
  hurry(incarnation: string): void {
    this.#connection.publish(this.hurrySubject, incarnation);
  }

  async create(incarnation: string, bytesMax: number = journalBounds.streamBytesMax): Promise<void> {
    const manager = await this.#jetStream();
    await manager.streams.add({
      name: this.streamOf(incarnation),
      subjects: [this.subjectOf(incarnation)],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.New,
      max_bytes: bytesMax,
      duplicate_window: nanos(journalBounds.duplicateWindowMs),
      allow_direct: false,
    });
    this.#connection.publish(this.announceSubject, incarnation);
  }

  /** The incarnations that have a journal. */
  async list(): Promise<string[]> {
    const manager = await this.#jetStream();
    const prefix = `${this.#namespace}_journal_`;
    const names: string[] = [];
    for await (const name of manager.streams.names(`${this.#namespace}.journal.>`)) {
      if (name.startsWith(prefix)) names.push(name.slice(prefix.length));
    }
    return names;
  }

  /** The incarnations of which something acknowledged may be outside PostgreSQL. Throws when no projector answers. */
  async unfinished(): Promise<string[]> {
    const answer = await this.#connection.request(this.unfinishedSubject, '', { timeout: askWithinMs });
    return answer.json<string[]>();
  }

  async delete(incarnation: string): Promise<void> {
    const manager = await this.#jetStream();
    await manager.streams.delete(this.streamOf(incarnation));
  }

  /** The newest record with its stream sequence; null for an empty journal. Throws when there is no such stream. */
  async last(incarnation: string): Promise<StoredMsg | null> {
    return (await this.end(incarnation)).last;
  }

  /** The newest record, and the stream sequence that the next one follows: a stream that lost all records still counts. */
  async end(incarnation: string): Promise<{ last: StoredMsg | null; streamSeq: number }> {
    const manager = await this.#jetStream();
    const { state } = await manager.streams.info(this.streamOf(incarnation));
    const streamSeq = state.last_seq;
    if (state.messages === 0) return { last: null, streamSeq };
    return {
      last: await manager.streams.getMessage(this.streamOf(incarnation), { seq: streamSeq }),
      streamSeq,
    };
  }

  /** The record just before this stream sequence; null when it is gone. */
  async before(incarnation: string, streamSeq: number): Promise<StoredMsg | null> {
    const manager = await this.#jetStream();
    return manager.streams.getMessage(this.streamOf(incarnation), { seq: streamSeq - 1 });
  }

  /** Lets go of everything before this stream sequence; that record itself stays, so that the tail is never empty. */
  async trim(incarnation: string, keepFrom: number): Promise<void> {
    if (keepFrom <= 1) return;
    const manager = await this.#jetStream();
    await manager.streams.purge(this.streamOf(incarnation), { seq: keepFrom });
  }

  async #jetStream(): Promise<JetStreamManager> {
    return (this.#manager ??= await jetstreamManager(this.#connection, { checkAPI: false }));
  }
}
