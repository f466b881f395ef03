// Projects every journal there is: notices new ones when they are announced, and by listing them now and then.
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type pg from 'pg';
import { Packr } from 'msgpackr';
import type { Cancel, Clock, Log, Timers } from '../../actors/runtime/ports.ts';
import type { JournalHeads } from '../journal/head.ts';
import { JournalDamaged, JournalReader } from '../journal/reader.ts';
import type { JournalStreams } from '../journal/streams.ts';
import {
  finishedJournals,
  knownHead,
  noteDamage,
  reportHead,
  unfinishedJournals,
} from '../postgres/journal-registry.ts';
import { JournalProjector } from './journal-projector.ts';

export interface ProjectorOptions {
  readonly connection: NatsConnection;
  readonly streams: JournalStreams;
  readonly pool: pg.Pool;
  /** Heads that this host keeps of its journals. */
  readonly heads: JournalHeads;
  /** Whether this projector, of several, is to project the journal; asked again on `reconsider`. */
  readonly isMine?: (incarnation: string) => boolean;
  /** Time between the starts of two transactions of a journal, unless somebody waits. */
  readonly gatherMs?: number;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

/** Position of a journal's projection, told after each commit and once a second. */
export interface ProjectedNotice {
  readonly incarnation: string;
  readonly batch: number;
  readonly sealed: boolean;
}

const packr = new Packr({ useRecords: false });
const listEveryMs = 1_000;

export function decodeNotice(bytes: Uint8Array): ProjectedNotice {
  const [incarnation, batch, sealed] = packr.unpack(bytes) as [string, number, boolean];
  return { incarnation, batch, sealed };
}

export class Projector {
  readonly #options: ProjectorOptions;
  readonly #running = new Map<string, JournalProjector>();
  readonly #notices = new Map<string, ProjectedNotice>();
  /** Journals to be drained, whoever's they are. */
  readonly #sealed = new Set<string>();
  /** Journals that lost something, and what. They wait until an operator has given that up, or brought it back. */
  readonly damaged = new Map<string, string>();
  readonly totals = { entries: 0, commits: 0, commitMs: 0 };
  #cancels: Cancel[] = [];
  #finished: Promise<void>[] = [];
  #stopped = false;

  constructor(options: ProjectorOptions) {
    this.#options = options;
  }

  get journals(): number {
    return this.#running.size;
  }

  /** The longest time for which one transaction has been tried: when it grows, PostgreSQL refuses it, or is away. */
  get tryingForMs(): number {
    return Math.max(0, ...[...this.#running.values()].map(({ tryingForMs }) => tryingForMs));
  }

  start(): void {
    const { connection, streams, timers } = this.#options;
    const announced = connection.subscribe(streams.announceSubject, {
      callback: (_error, message) => this.#project(message.string()),
    });
    const sealed = connection.subscribe(streams.sealedSubject, {
      callback: (_error, message) => this.#drain(message.string()),
    });
    const hurried = connection.subscribe(streams.hurrySubject, {
      callback: (_error, message) => this.#running.get(message.string())?.hurry(),
    });
    const asked = connection.subscribe(streams.unfinishedSubject, {
      queue: 'projectors',
      callback: (_error, message) => void this.#tellUnfinished(message),
    });
    this.#cancels = [
      () => asked.unsubscribe(),
      () => hurried.unsubscribe(),
      () => announced.unsubscribe(),
      () => sealed.unsubscribe(),
      timers.setInterval(() => void this.#list(), listEveryMs),
      timers.setInterval(() => this.#repeatNotices(), listEveryMs),
    ];
    void this.#list();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#cancels) cancel();
    for (const projector of this.#running.values()) projector.stop();
    await Promise.all(this.#finished);
  }

  /** Lets go of journals that are another projector's by now, and takes on what is its own. */
  reconsider(): void {
    for (const [incarnation, projector] of this.#running) {
      if (this.#isMine(incarnation)) continue;
      projector.stop();
      this.#running.delete(incarnation);
    }
    for (const incarnation of this.#notices.keys()) {
      if (!this.#isMine(incarnation)) this.#notices.delete(incarnation);
    }
    void this.#list();
  }

  #isMine(incarnation: string): boolean {
    return this.#sealed.has(incarnation) || (this.#options.isMine?.(incarnation) ?? true);
  }

  /** Two at once do no harm, and nobody waits for one that may be gone. */
  #drain(incarnation: string): void {
    this.#sealed.add(incarnation);
    this.#project(incarnation);
  }

  /** Without an answer, who asked asks again. */
  async #tellUnfinished(question: Msg): Promise<void> {
    try {
      question.respond(JSON.stringify(await unfinishedJournals(this.#options.pool)));
    } catch (error) {
      this.#options.log.warn(
        { reason: String(error) },
        'PostgreSQL does not tell which journals are unfinished',
      );
    }
  }

  async #list(): Promise<void> {
    try {
      await this.#lookAtDamaged();
      const journals = await this.#options.streams.list();
      for (const incarnation of journals) this.#project(incarnation);
      for (const incarnation of this.#notices.keys()) {
        if (!journals.includes(incarnation)) this.#notices.delete(incarnation);
      }
      for (const incarnation of this.#sealed) {
        if (!journals.includes(incarnation)) this.#sealed.delete(incarnation);
      }
    } catch (error) {
      this.#options.log.warn({ reason: String(error) }, 'journals could not be listed; trying again');
    }
  }

  #project(incarnation: string): void {
    const done = this.#notices.get(incarnation)?.sealed === true || this.damaged.has(incarnation);
    if (this.#stopped || done || this.#running.has(incarnation) || !this.#isMine(incarnation)) return;
    const { connection, streams, timers, pool, heads, clock, log, gatherMs } = this.#options;
    const projector = new JournalProjector({
      pool,
      clock,
      timers,
      log,
      gatherMs,
      incarnation,
      isOver: () => this.#sealed.has(incarnation),
      knownHead: () => knownHead(pool, heads, incarnation),
      openReader: () => new JournalReader(connection, streams, incarnation, timers, log),
      onProjected: (of, batch, sealed) => this.#announce({ incarnation: of, batch, sealed }),
      onCommit: (entries, tookMs) => {
        this.totals.entries += entries;
        this.totals.commits++;
        this.totals.commitMs += tookMs;
      },
    });
    this.#running.set(incarnation, projector);
    const finished = projector.run().then(
      () => this.#ended(incarnation, projector),
      (error: unknown) => this.#failed(incarnation, projector, error),
    );
    this.#finished = [...this.#finished.slice(-1000), finished];
  }

  /** Unless another one has been started for the same journal meanwhile. */
  #ended(incarnation: string, projector: JournalProjector): void {
    if (this.#running.get(incarnation) === projector) this.#running.delete(incarnation);
  }

  #failed(incarnation: string, projector: JournalProjector, error: unknown): void {
    this.#ended(incarnation, projector);
    if (error instanceof JournalDamaged) this.damaged.set(incarnation, error.message);
    this.#options.log.error({ incarnation, err: error }, 'projecting a journal failed');
  }

  /** Says in PostgreSQL what is lost, and goes on with journals whose loss was given up. */
  async #lookAtDamaged(): Promise<void> {
    if (this.damaged.size === 0) return;
    const { pool, heads } = this.#options;
    for (const incarnation of await finishedJournals(pool, [...this.damaged.keys()])) {
      this.damaged.delete(incarnation);
    }
    for (const [incarnation, damage] of this.damaged) {
      const head = heads.read(incarnation);
      if (head) await reportHead(pool, incarnation, '', head);
      await noteDamage(pool, incarnation, damage);
    }
  }

  #announce(notice: ProjectedNotice): void {
    this.#notices.set(notice.incarnation, notice);
    this.#publish(notice);
  }

  #repeatNotices(): void {
    for (const notice of this.#notices.values()) this.#publish(notice);
  }

  #publish({ incarnation, batch, sealed }: ProjectedNotice): void {
    const { connection, streams } = this.#options;
    if (connection.isClosed()) return;
    connection.publish(streams.projectedSubjectOf(incarnation), packr.pack([incarnation, batch, sealed]));
  }
}
