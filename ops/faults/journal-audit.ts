// Reads every journal of the cluster beside the projector, for as long as the fault lasts: what was written by whom.
// Two workers that both wrote one conversation's next event would stand here, whatever became of the rows.
import { jetstreamManager } from '@nats-io/jetstream';
import { connectNats } from '../../cluster/fabric/nats.ts';
import { systemTimers } from '../../cluster/system-ports.ts';
import {
  JournalDamaged,
  journalStart,
  JournalReader,
  type JournalPosition,
} from '../../storage/journal/reader.ts';
import { decodeRecord } from '../../storage/journal/record.ts';
import { openPool } from '../../storage/postgres/pool.ts';
import { readCheckpoint } from '../../storage/projector/checkpoints.ts';
import { JournalStreams } from '../../storage/journal/streams.ts';
import type { TestServices } from '../testing/services.ts';
import type { JournalPart } from '../../bench/verify/history.ts';
import { silentLog } from '../../actors/runtime/testing/silent-log.ts';

const listEveryMs = 500;

export interface JournaledEvent {
  readonly conversationId: string;
  readonly seq: number;
  /** The number of the record that holds it. */
  readonly batch: number;
}

export class JournalAudit {
  readonly #connection: Awaited<ReturnType<typeof connectNats>>;
  readonly #streams: JournalStreams;
  readonly #databaseUrl: string;
  readonly #journals = new Map<string, JournaledEvent[]>();
  readonly #seals = new Map<string, string>();
  readonly #readers: JournalReader[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** Journals that did not continue where they should. */
  readonly damaged: string[] = [];

  private constructor(
    connection: Awaited<ReturnType<typeof connectNats>>,
    streams: JournalStreams,
    databaseUrl: string,
  ) {
    this.#connection = connection;
    this.#streams = streams;
    this.#databaseUrl = databaseUrl;
  }

  static async start({ natsAccess, databaseUrl, namespace }: TestServices): Promise<JournalAudit> {
    const connection = await connectNats(natsAccess, 'audit');
    const audit = new JournalAudit(connection, new JournalStreams(connection, namespace), databaseUrl);
    connection.subscribe(audit.#streams.announceSubject, {
      callback: (_error, message) => audit.#read(message.string()),
    });
    audit.#timer = setInterval(() => void audit.#list(), listEveryMs);
    await audit.#list();
    return audit;
  }

  /** Everything that stands in the journal of a worker's life, in order. */
  eventsOf(incarnation: string): readonly JournaledEvent[] {
    return this.#journals.get(incarnation) ?? [];
  }

  /** How many journals were ended so far. */
  get sealCount(): number {
    return this.#seals.size;
  }

  /** The leader that ended a journal; undefined while nobody has. */
  sealedBy(incarnation: string): string | undefined {
    return this.#seals.get(incarnation);
  }

  /** The first record that the journal still has: what the owner let go of comes before it. */
  async firstSeqOf(incarnation: string): Promise<number> {
    const manager = await jetstreamManager(this.#connection, { checkAPI: false });
    return (await manager.streams.info(this.#streams.streamOf(incarnation))).state.first_seq;
  }

  /** The journals that there are now. */
  async journals(): Promise<string[]> {
    return (await this.#streams.list()).sort();
  }

  /** Entries of these conversations in the journals. */
  partsOf(conversationIds: readonly string[]): JournalPart[] {
    const wanted = new Set(conversationIds);
    return [...this.#journals].flatMap(([incarnation, events]) => {
      const found = new Map<string, number[]>();
      for (const { conversationId, seq } of events) {
        if (!wanted.has(conversationId)) continue;
        const seqs = found.get(conversationId) ?? [];
        if (seqs.push(seq) === 1) found.set(conversationId, seqs);
      }
      return [...found].map(([conversationId, seqs]) => ({ incarnation, conversationId, seqs }));
    });
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const reader of this.#readers) reader.stop();
    await this.#connection.close();
  }

  async #list(): Promise<void> {
    // A failure is made up for by the next look.
    const journals = await this.#streams.list().catch(() => []);
    for (const incarnation of journals) this.#read(incarnation);
  }

  #read(incarnation: string): void {
    if (this.#journals.has(incarnation)) return;
    const events: JournaledEvent[] = [];
    this.#journals.set(incarnation, events);
    const reader = new JournalReader(this.#connection, this.#streams, incarnation, systemTimers, silentLog);
    this.#readers.push(reader);
    const collect = async (from: JournalPosition): Promise<void> => {
      let last = from;
      try {
        for await (const { record, position } of reader.read(from)) {
          last = position;
          if (record.type === 'seal') this.#seals.set(incarnation, record.by);
          for (const entry of record.type === 'batch' ? record.entries : []) {
            if (entry.type !== 'conversation') continue;
            events.push({ conversationId: entry.actorId, seq: entry.event.seq, batch: record.number });
          }
        }
      } catch (error) {
        if (!(error instanceof JournalDamaged)) throw error;
        // Behind the projector after NATS was away: what is projected, and no more, may be trimmed before it is read here.
        const before = await this.#beforeFirst(incarnation);
        if (before.number <= last.number || before.number > (await this.#projected(incarnation))) throw error;
        await collect(before);
      }
    };
    collect(journalStart).catch((error: unknown) => this.damaged.push(String(error)));
  }

  /** Where one stands who has read everything that was trimmed. */
  async #beforeFirst(incarnation: string): Promise<JournalPosition> {
    const manager = await jetstreamManager(this.#connection, { checkAPI: false });
    const query = { seq: 1, next_by_subj: this.#streams.subjectOf(incarnation) };
    const first = await manager.streams.getMessage(this.#streams.streamOf(incarnation), query);
    if (!first) throw new Error(`journal ${incarnation} is empty`);
    const { number, previousHash } = decodeRecord(first.data);
    return { number: number - 1, hash: previousHash };
  }

  /** The last record that PostgreSQL has. */
  async #projected(incarnation: string): Promise<number> {
    const pool = openPool({
      databaseUrl: this.#databaseUrl,
      name: 'audit',
      connectionsMax: 1,
      log: silentLog,
    });
    try {
      return (await readCheckpoint(pool, incarnation)).position.number;
    } finally {
      await pool.end();
    }
  }
}
