// A worker's journal. Group commit: everything that actors append while one record is on its way, or within a few
// milliseconds of it, goes into the next one, so that the cost of durability is shared by all that happens at the same
// time.
//
// Fence: each record demands that the stream still ends with the record before it. A successor that seals the
// journal makes that false for ever; the writer then reports `fenced` and the process must end, for whatever its
// actors decided since is void. Nothing of it was seen by anyone: callbacks run only for durable records.
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Journal, JournalEntry, JournalRefusal } from '../../actors/runtime/journal-port.ts';
import { Pace } from '../../actors/runtime/pace.ts';
import type { Clock, Log, Timers } from '../../actors/runtime/ports.ts';
import { tryAppend, type PendingRecord } from './append.ts';
import { Backlog } from './backlog.ts';
import { journalBounds } from './bounds.ts';
import type { HeadKeeper } from './head.ts';
import type { JournalPosition } from './reader.ts';
import { encodeBatch, encodeEntry, hashOf, noHash } from './record.ts';
import type { JournalKeeper, JournalStreams } from './streams.ts';

export interface JournalWriterOptions {
  readonly connection: NatsConnection;
  readonly streams: JournalStreams;
  /** Lets go of what is projected; the streams themselves unless told. */
  readonly keeper?: JournalKeeper;
  readonly incarnation: string;
  /** Knows of each durable record before anybody is answered. */
  readonly head: HeadKeeper;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** Whether the disks of this host have no room for more. */
  readonly room?: { readonly isFull: boolean };
  /** Unprojected and queued bytes beyond which it accepts nothing. */
  readonly backlogBytesSoftMax?: number;
  /** The journal belongs to someone else now; called once. */
  readonly onFenced: (reason: string) => void;
}

interface Queued {
  readonly entries: readonly Uint8Array[];
  readonly bytes: number;
  readonly onDurable: (batch: number) => void;
}

export class JournalWriter implements Journal {
  readonly #options: JournalWriterOptions;
  readonly #client: JetStreamClient;
  readonly #backlog: Backlog;
  readonly #trimEveryBytes: number;
  readonly #pace: Pace;
  #queue: Queued[] = [];
  #lastBatch = 0;
  #lastHash = noHash;
  #streamSeq = 0;
  #pumping = false;
  #ended = false;
  #settlingSinceMs: number | null = null;
  #trimming = false;
  /** NATS has no room for the present record. */
  #storeIsFull = false;
  #drained: (() => void)[] = [];
  /** Records and entries made durable, for metrics. */
  readonly totals = { records: 0, entries: 0, bytes: 0, repeats: 0 };

  constructor(options: JournalWriterOptions) {
    this.#options = options;
    this.#client = jetstream(options.connection, { checkAPI: false });
    this.#pace = new Pace(journalBounds.gatherMs, options.clock, options.timers);
    const softMax = options.backlogBytesSoftMax ?? journalBounds.backlogBytesSoftMax;
    this.#backlog = new Backlog(softMax);
    // Projected records must be gone before the stream is full of them.
    this.#trimEveryBytes = Math.min(journalBounds.trimEveryBytes, softMax / 2);
  }

  get refuses(): JournalRefusal | null {
    if (this.#storeIsFull || this.#options.room?.isFull) return 'storage_full';
    if (this.settlingForMs >= journalBounds.settlingForMsMax) return 'unavailable';
    return this.#backlog.full ? 'overloaded' : null;
  }
  get projectedBatch(): number {
    return this.#backlog.projectedBatch;
  }
  /** The last durable batch. */
  get lastBatch(): number {
    return this.#lastBatch;
  }
  get head(): JournalPosition {
    return { number: this.#lastBatch, hash: this.#lastHash };
  }
  /** For how long the present record has waited to become durable; 0 when there is none. */
  get settlingForMs(): number {
    return this.#settlingSinceMs === null ? 0 : this.#options.clock.monotonicMs() - this.#settlingSinceMs;
  }
  /** Bytes that PostgreSQL does not have yet. */
  get backlogBytes(): number {
    return this.#backlog.bytes;
  }

  append(entries: readonly JournalEntry[], onDurable: (batch: number) => void): void {
    const encoded = entries.map(encodeEntry);
    const bytes = encoded.reduce((sum, entry) => sum + entry.length, 0);
    this.#backlog.queued(bytes);
    this.#queue.push({ entries: encoded, bytes, onDurable });
    if (this.#pumping) return;
    this.#pumping = true;
    this.#pace.ask(() => void this.#pump());
  }

  projected(batch: number): Promise<void> {
    if (batch > this.projectedBatch) this.#options.streams.hurry(this.#options.incarnation);
    return this.#backlog.projected(batch);
  }

  /** The projector has committed everything up to this batch. */
  noteProjected(batch: number): void {
    this.#backlog.noteProjected(batch);
    void this.#trim();
  }

  /** Resolves when everything appended so far is durable. */
  drain(): Promise<void> {
    if (!this.#pumping) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  /** Appends nothing more; what waits is never answered. */
  end(): void {
    this.#ended = true;
  }

  /** Writes one record; the next one, if something waits for it, when its time has come. */
  async #pump(): Promise<void> {
    const group = this.#ended ? [] : this.#takeGroup();
    const entries = group.flatMap((queued) => queued.entries);
    if (entries.length > 0 && !(await this.#write(entries))) return;
    for (const { onDurable } of group) onDurable(this.#lastBatch);
    if (this.#queue.length > 0 && !this.#ended) return this.#pace.ask(() => void this.#pump());
    this.#pumping = false;
    for (const resolve of this.#drained.splice(0)) resolve();
  }

  #takeGroup(): Queued[] {
    let bytes = 0;
    let count = 0;
    for (const queued of this.#queue) {
      if (count > 0 && bytes + queued.bytes > journalBounds.recordBytesMax) break;
      bytes += queued.bytes;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  /** True when durable; false when that can never be. */
  async #write(entries: readonly Uint8Array[]): Promise<boolean> {
    const number = this.#lastBatch + 1;
    const bytes = encodeBatch(this.#options.incarnation, number, this.#lastHash, entries);
    this.#settlingSinceMs = this.#options.clock.monotonicMs();
    const streamSeq = await this.#settle({ bytes, number, previousHash: this.#lastHash });
    this.#settlingSinceMs = null;
    this.#storeIsFull = false;
    if (streamSeq === null) return false;
    this.#streamSeq = streamSeq;
    this.#lastBatch = number;
    this.#lastHash = hashOf(bytes);
    if (!this.#keepHead()) return false;
    this.#backlog.appended(number, streamSeq, entries);
    this.totals.records++;
    this.totals.entries += entries.length;
    this.totals.bytes += bytes.length;
    return true;
  }

  #keepHead(): boolean {
    try {
      this.#options.head.keep(this.head);
      return true;
    } catch (error) {
      this.#end(`the head of the journal could not be kept (${String(error)})`);
      return false;
    }
  }

  #end(reason: string): void {
    this.#ended = true;
    this.#options.onFenced(reason);
  }

  async #settle(record: PendingRecord): Promise<number | null> {
    const { incarnation, streams, log } = this.#options;
    const subject = streams.subjectOf(incarnation);
    const id = `${incarnation}:${record.number}`;
    let pauseMs: number = journalBounds.repeatFirstMs;
    while (!this.#ended) {
      const readLast = () => streams.last(incarnation);
      const target = { client: this.#client, subject, expectedStreamSeq: this.#streamSeq };
      const result = await tryAppend({ ...target, record, id, readLast, log });
      if (result.kind === 'durable') return result.streamSeq;
      if (result.kind === 'fenced') {
        this.#end(result.reason);
        return null;
      }
      this.totals.repeats++;
      this.#storeIsFull = result.kind === 'full';
      if (result.kind === 'moved') this.#streamSeq = result.expectedStreamSeq;
      else log.warn({ batch: record.number, reason: result.reason }, 'append outcome unknown; repeating it');
      await new Promise<void>((resolve) => this.#options.timers.setTimeout(resolve, pauseMs));
      pauseMs = Math.min(pauseMs * 2, journalBounds.repeatMaxMs);
    }
    return null;
  }

  async #trim(): Promise<void> {
    const keepFrom = this.#backlog.takeTrimPoint(this.#trimEveryBytes);
    if (keepFrom === null || this.#trimming) return;
    this.#trimming = true;
    try {
      const { keeper, streams, incarnation } = this.#options;
      await (keeper ?? streams).trim(incarnation, keepFrom);
    } catch (error) {
      this.#options.log.warn({ err: error }, 'the journal could not be trimmed; the next time will do');
    } finally {
      this.#trimming = false;
    }
  }
}
