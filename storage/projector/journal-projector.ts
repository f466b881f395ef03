// Projects one journal into PostgreSQL: takes what has arrived, writes it with the checkpoint in one transaction,
// says how far it is, and goes on, until the seal is passed. A batch that fails is tried again until it succeeds;
// nothing is skipped.
//
// Two processes may project the same journal: the checkpoint moves by compare-and-set in the transaction that
// writes the rows, so one of them fails, reads where the other is, and follows.
//
// A journal whose end is lost looks like one that ends there. So the seal is passed only by a projection that has all that
// is known to be acknowledged; and a journal without a stream is over when that much is in PostgreSQL.
import type pg from 'pg';
import type { Clock, Log, Timers } from '../../actors/runtime/ports.ts';
import {
  JournalDamaged,
  type JournalPosition,
  type JournalReader,
  type ReadRecord,
} from '../journal/reader.ts';
import { lossOf } from '../journal/head.ts';
import { CheckpointMoved, endCheckpoint, moveCheckpoint, readCheckpoint } from './checkpoints.ts';
import { ProjectionRows } from './rows.ts';
import { writeRows } from './statements.ts';

export interface JournalProjectorOptions {
  readonly pool: pg.Pool;
  readonly incarnation: string;
  /** A reader of that journal; a new one for each pass. */
  readonly openReader: () => JournalReader;
  /** The last record that is known to be acknowledged. */
  readonly knownHead: () => Promise<JournalPosition | null>;
  /** Whether its worker is gone: then a stream that is missing will not come any more. */
  readonly isOver: () => boolean;
  /** Time between the starts of two transactions; 100 ms unless told. */
  readonly gatherMs?: number | undefined;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** Called after each commit, and once with what the checkpoint said at the start. */
  readonly onProjected: (incarnation: string, batch: number, sealed: boolean) => void;
  readonly onCommit: (entries: number, tookMs: number) => void;
}

/** Entries of one transaction; a single record may exceed it. */
const transactionEntriesMax = 4_000;
const bufferedRecordsMax = 256;
/** Time between the starts of two transactions, at least: each costs PostgreSQL the same, whatever is in it. */
const gatherMs = 100;
/** For how long nothing is gathered once somebody waits: the end of what they wait for may still be on its way. */
const hurryForMs = 250;
const retryFirstMs = 100;
const retryMaxMs = 2_000;

export class JournalProjector {
  readonly #options: JournalProjectorOptions;
  readonly #incarnation: string;
  #buffer: ReadRecord[] = [];
  #wake: (() => void) | null = null;
  #room: (() => void) | null = null;
  #stopped = false;
  #readerDone = false;
  #lastWriteMs = Number.NEGATIVE_INFINITY;
  #tryingSinceMs: number | null = null;
  #reader: JournalReader | null = null;
  #hurryUntilMs = Number.NEGATIVE_INFINITY;
  #endGathering: (() => void) | null = null;

  constructor(options: JournalProjectorOptions) {
    this.#options = options;
    this.#incarnation = options.incarnation;
  }

  /** For how long the present transaction has been tried; 0 when there is none. */
  get tryingForMs(): number {
    return this.#tryingSinceMs === null ? 0 : this.#options.clock.monotonicMs() - this.#tryingSinceMs;
  }

  /** Somebody waits for what the journal holds: a move, a successor, an actor that broke. */
  hurry(): void {
    this.#hurryUntilMs = this.#options.clock.monotonicMs() + hurryForMs;
    this.#endGathering?.();
  }

  stop(): void {
    this.#stopped = true;
    this.#endGathering?.();
    this.#reader?.stop();
    this.#wake?.();
    this.#room?.();
  }

  /** Runs until the journal is sealed and passed, deleted, or stop(). Throws JournalDamaged. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      const checkpoint = await this.#retrying(() => readCheckpoint(this.#options.pool, this.#incarnation));
      if (!checkpoint) return;
      this.#options.onProjected(this.#incarnation, checkpoint.position.number, checkpoint.sealed);
      if (checkpoint.sealed) return;
      try {
        if ((await this.#follow(checkpoint.position)) === 'gone') await this.#endWithoutStream();
        return;
      } catch (error) {
        if (!(await this.#mayGoOn(error, checkpoint.position))) throw error;
        this.#buffer = [];
      }
    }
  }

  /**
   * Another projector may be ahead, and with it the worker may have trimmed what this one was about to read: that
   * looks like damage. It is none if the checkpoint has moved; the next pass starts there.
   */
  async #mayGoOn(error: unknown, startedFrom: JournalPosition): Promise<boolean> {
    if (error instanceof CheckpointMoved) return true;
    if (!(error instanceof JournalDamaged)) return false;
    const now = await this.#retrying(() => readCheckpoint(this.#options.pool, this.#incarnation));
    return now !== null && now.position.number > startedFrom.number;
  }

  async #follow(from: JournalPosition): Promise<'passed' | 'gone'> {
    this.#readerDone = false;
    const reader = (this.#reader = this.#options.openReader());
    const filling = this.#fill(reader.read(from));
    // Its error is thrown below, after everything before the damage is written.
    filling.catch(() => undefined);
    let end: 'passed' | 'gone';
    try {
      end = await this.#project(from);
    } finally {
      this.#readerDone = true;
      this.#room?.();
      reader.stop();
      await filling.catch(() => undefined);
    }
    await filling;
    return end;
  }

  async #fill(records: AsyncGenerator<ReadRecord>): Promise<void> {
    try {
      for await (const read of records) {
        this.#buffer.push(read);
        if (read.record.type === 'seal') this.hurry();
        this.#wake?.();
        while (this.#buffer.length >= bufferedRecordsMax && !this.#readerDone) {
          await new Promise<void>((resolve) => (this.#room = resolve));
        }
        if (this.#readerDone || this.#stopped) return;
      }
    } finally {
      this.#readerDone = true;
      this.#wake?.();
    }
  }

  async #project(from: JournalPosition): Promise<'passed' | 'gone'> {
    let position = from;
    while (!this.#stopped) {
      if (this.#buffer.length === 0) {
        if (this.#readerDone) return 'gone';
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      await this.#gather();
      const records = this.#takeBatch();
      const loss = await this.#lossAt(records, position);
      if (loss) records.pop();
      const last = records.at(-1);
      const sealed = last?.record.type === 'seal';
      if (last) {
        await this.#retrying(() => this.#write(records, position, last.position, sealed));
        if (this.#stopped) break;
        position = last.position;
        this.#options.onProjected(this.#incarnation, position.number, sealed);
      }
      if (loss) throw new JournalDamaged(`journal ${this.#incarnation}: ${loss}`);
      if (sealed) break;
    }
    return 'passed';
  }

  /** Says what is missing before the seal, if the last of the records is one. */
  async #lossAt(records: readonly ReadRecord[], from: JournalPosition): Promise<string | null> {
    if (records.at(-1)!.record.type !== 'seal') return null;
    const end = records.at(-2)?.position ?? from;
    return this.#retrying(async () => lossOf(await this.#options.knownHead(), end));
  }

  /** Without a stream, all that was acknowledged is in PostgreSQL already, or lost. */
  async #endWithoutStream(): Promise<void> {
    const { pool, knownHead, isOver, onProjected } = this.#options;
    if (this.#stopped || !isOver()) return;
    await this.#retrying(async () => {
      const { position } = await readCheckpoint(pool, this.#incarnation);
      const loss = lossOf(await knownHead(), position);
      if (loss) throw new JournalDamaged(`journal ${this.#incarnation} has no stream: ${loss}`);
      await inTransaction(pool, (client) => endCheckpoint(client, this.#incarnation));
      onProjected(this.#incarnation, position.number, true);
    });
  }

  /** Lets a little come together since the last transaction, unless somebody waits for it. */
  async #gather(): Promise<void> {
    const { clock, timers } = this.#options;
    const waitMs = this.#lastWriteMs + (this.#options.gatherMs ?? gatherMs) - clock.monotonicMs();
    const mayWait = !this.#stopped && this.#buffer.length < bufferedRecordsMax;
    if (mayWait && waitMs > 0 && clock.monotonicMs() > this.#hurryUntilMs) {
      await new Promise<void>((resolve) => {
        const cancel = timers.setTimeout(resolve, waitMs);
        this.#endGathering = () => {
          cancel();
          resolve();
        };
      });
      this.#endGathering = null;
    }
    this.#lastWriteMs = clock.monotonicMs();
  }

  #takeBatch(): ReadRecord[] {
    let entries = 0;
    let count = 0;
    for (const { record } of this.#buffer) {
      if (record.type === 'batch') entries += record.entries.length;
      if (count > 0 && entries > transactionEntriesMax) break;
      count++;
    }
    const taken = this.#buffer.splice(0, count);
    this.#room?.();
    return taken;
  }

  async #write(
    records: readonly ReadRecord[],
    from: JournalPosition,
    to: JournalPosition,
    sealed: boolean,
  ): Promise<void> {
    const startedMs = this.#options.clock.monotonicMs();
    const rows = new ProjectionRows();
    let entries = 0;
    for (const { record } of records) {
      if (record.type !== 'batch') continue;
      for (const entry of record.entries) rows.add(entry);
      entries += record.entries.length;
    }
    await inTransaction(this.#options.pool, async (client) => {
      await moveCheckpoint(client, this.#incarnation, { from, to, sealed, ...rows.counts });
      await writeRows(client, rows);
    });
    this.#options.onCommit(entries, this.#options.clock.monotonicMs() - startedMs);
  }

  /** Tries until it succeeds or the projector stops. */
  async #retrying<Value>(attempt: () => Promise<Value>): Promise<Value | null> {
    let pauseMs = retryFirstMs;
    while (!this.#stopped) {
      this.#tryingSinceMs ??= this.#options.clock.monotonicMs();
      try {
        const done = await attempt();
        this.#tryingSinceMs = null;
        return done;
      } catch (error) {
        if (error instanceof CheckpointMoved || error instanceof JournalDamaged) {
          this.#tryingSinceMs = null;
          throw error;
        }
        const reason = error instanceof Error ? error.message : String(error);
        this.#options.log.warn(
          { incarnation: this.#incarnation, reason },
          'PostgreSQL refused; trying again',
        );
        await new Promise<void>((resolve) => this.#options.timers.setTimeout(resolve, pauseMs));
        pauseMs = Math.min(pauseMs * 2, retryMaxMs);
      }
    }
    return null;
  }
}

async function inTransaction(pool: pg.Pool, write: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    await write(client);
    await client.query('commit');
  } catch (error) {
    broken = error as Error;
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release(broken && !(broken instanceof CheckpointMoved) ? broken : undefined);
  }
}
