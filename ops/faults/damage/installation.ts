// An installation's storage for trials of damage: the real embedded PostgreSQL and NATS on a state folder, with messages
// that were acknowledged, most of them projected and some in a journal alone. What the trials know to be acknowledged is
// what they are judged by.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import type pg from 'pg';
import type { JournalEntry } from '../../../actors/runtime/journal-port.ts';
import type { Log } from '../../../actors/runtime/ports.ts';
import { silentLog } from '../../../actors/runtime/testing/silent-log.ts';
import { connectNats } from '../../../cluster/fabric/nats.ts';
import { systemClock as clock, systemTimers as timers } from '../../../cluster/system-ports.ts';
import { HeadFiles } from '../../../storage/journal/head-files.ts';
import { JournalStreams } from '../../../storage/journal/streams.ts';
import { JournalWriter } from '../../../storage/journal/writer.ts';
import { migrate } from '../../../storage/postgres/migrate.ts';
import { reportHead } from '../../../storage/postgres/journal-registry.ts';
import { openPool } from '../../../storage/postgres/pool.ts';
import { Projector } from '../../../storage/projector/projector.ts';
import { conversationEntries, messageEntry } from '../../../storage/testing/entries.ts';
import { startNats } from '../../embedded/nats.ts';
import { freePort } from '../../embedded/ports.ts';
import { startPostgres } from '../../embedded/postgres.ts';
import type { RunningService } from '../../embedded/service.ts';
import { opensToTests, unlimitedAccess } from '../../testing/services.ts';

export const namespace = 'hurt';
export const incarnations = { projected: 'w1', ahead: 'w2', living: 'w3' } as const;
const conversations = 30;
const messagesEach = 40;

/** Where the files are of which each kind is looked for. */
export interface Anatomy {
  readonly stateDir: string;
  readonly dataDir: string;
  readonly journalDir: string;
  readonly headFile: string;
  /** Files of tables and indexes, from the data folder on. */
  readonly relations: Readonly<Record<string, string>>;
}

/** Acknowledged texts, by conversation, from sequence number 2 on. */
export class Truth {
  readonly #texts = new Map<number, string[]>();

  constructor(of?: Truth) {
    for (const [number, texts] of of?.byConversation ?? []) this.#texts.set(number, [...texts]);
  }
  get byConversation(): ReadonlyMap<number, readonly string[]> {
    return this.#texts;
  }
  nextSeq(number: number): number {
    return (this.#texts.get(number)?.length ?? 0) + 2;
  }
  acknowledged(entry: JournalEntry): void {
    if (entry.type !== 'conversation') return;
    const number = Number(entry.actorId.slice(-12));
    const texts = this.#texts.get(number) ?? [];
    this.#texts.set(number, texts);
    if (entry.event.type === 'message') texts[entry.event.seq - 2] = entry.event.body;
  }
}

/** Both services on the folder, and what reads and writes them. */
export class Running {
  readonly postgres: RunningService;
  readonly nats: RunningService;
  readonly connection: NatsConnection;
  readonly streams: JournalStreams;
  readonly heads: HeadFiles;
  readonly pool: pg.Pool;

  private constructor(
    stateDir: string,
    postgres: RunningService,
    nats: RunningService,
    connection: NatsConnection,
  ) {
    this.postgres = postgres;
    this.nats = nats;
    this.connection = connection;
    this.streams = new JournalStreams(connection, namespace);
    this.heads = new HeadFiles(stateDir);
    this.pool = openPool({ databaseUrl: postgres.url, name: 'trial', connectionsMax: 4, log: silentLog });
  }

  /** Throws as `npm start` would: a sentence that says what is wrong. */
  static async start(stateDir: string): Promise<Running> {
    const options = opensToTests(stateDir);
    const explicitBinary = process.env['SKEIN_NATS_SERVER'];
    const started = await Promise.allSettled([
      startPostgres({ stateDir, port: await freePort() }),
      startNats({ stateDir, port: await freePort(), explicitBinary, ...options }),
    ]);
    const [postgres, nats] = started;
    try {
      if (postgres.status === 'rejected') throw postgres.reason;
      if (nats.status === 'rejected') throw nats.reason;
      await migrate(postgres.value.url);
      const access = unlimitedAccess(nats.value.url, options.clusterSecretFile);
      return new Running(stateDir, postgres.value, nats.value, await connectNats(access, 'trial'));
    } catch (error) {
      for (const each of started) if (each.status === 'fulfilled') await each.value.kill();
      throw error;
    }
  }

  projector(log: Log = silentLog): Projector {
    const { connection, streams, pool, heads } = this;
    return new Projector({ connection, streams, pool, heads, clock, timers, log });
  }

  /** A worker's journal, with its head in the host's file and in PostgreSQL. */
  async journal(incarnation: string): Promise<{ writer: JournalWriter; told: () => Promise<void> }> {
    await this.streams.create(incarnation);
    const { connection, streams, pool } = this;
    const head = this.heads.open(incarnation);
    const onFenced = () => undefined;
    const writer = new JournalWriter({
      connection,
      streams,
      incarnation,
      head,
      clock,
      timers,
      log: silentLog,
      onFenced,
    });
    const told = async () => {
      await reportHead(pool, incarnation, 'one', writer.head);
      head.registered();
    };
    await told();
    return { writer, told };
  }

  async kill(): Promise<void> {
    await this.#letGo();
    await Promise.all([this.postgres.kill(), this.nats.kill()]);
  }
  async stop(): Promise<void> {
    await this.#letGo();
    await Promise.all([this.postgres.stop(), this.nats.stop()]);
  }

  async #letGo(): Promise<void> {
    await this.connection.close().catch(() => undefined);
    await this.pool.end().catch(() => undefined);
  }
}

/** Appends, and notes what was acknowledged; resolves when all was, or it is over. */
export async function append(
  writer: JournalWriter,
  entries: readonly JournalEntry[],
  truth: Truth,
  withinMs = 60_000,
) {
  const all = entries.map(
    (entry) =>
      new Promise<void>((resolve) =>
        writer.append([entry], () => {
          truth.acknowledged(entry);
          resolve();
        }),
      ),
  );
  await Promise.race([
    Promise.all(all),
    new Promise((resolve) => timers.setTimeout(() => resolve(null), withinMs)),
  ]);
}

/** An installation that was stopped in good order; each trial takes a copy. */
export class Template {
  readonly truth = new Truth();
  readonly stateDir: string;
  #relations: Readonly<Record<string, string>> = {};

  private constructor(stateDir: string) {
    this.stateDir = stateDir;
  }

  static async make(): Promise<Template> {
    const template = new Template(mkdtempSync(path.join(os.tmpdir(), 'skein-damage-')));
    const running = await Running.start(template.stateDir);
    await template.#fill(running);
    await running.stop();
    return template;
  }

  async #fill(running: Running): Promise<void> {
    const { pool } = running;
    const numbers = Array.from({ length: conversations }, (_, index) => index + 1);
    const first = await running.journal(incarnations.projected);
    const projector = running.projector();
    projector.start();
    await append(
      first.writer,
      numbers.flatMap((number) => conversationEntries(number, messagesEach)),
      this.truth,
    );
    await first.told();
    const isProjected = async () => {
      const { rows } = await pool.query<{ batch: number }>('select batch from journal_checkpoints');
      return rows[0]?.batch === first.writer.lastBatch;
    };
    while (!(await isProjected())) await new Promise((resolve) => timers.setTimeout(() => resolve(null), 50));
    await projector.stop();
    // Maps of free room and visibility exist once a table was vacuumed.
    await pool.query('vacuum');
    this.#relations = await relationsOf(pool);
    const ahead = await running.journal(incarnations.ahead);
    await append(
      ahead.writer,
      numbers.map((number) => messageEntry(number, this.truth.nextSeq(number))),
      this.truth,
    );
    await ahead.told();
  }

  /** A copy of the folder, and where its files are. */
  copy(): Anatomy {
    const stateDir = mkdtempSync(path.join(os.tmpdir(), 'skein-hurt-'));
    // With owners: PostgreSQL's files are another user's where this process is root.
    execFileSync('cp', ['-a', `${this.stateDir}/.`, stateDir]);
    return anatomyOf(stateDir, this.#relations);
  }

  remove(): void {
    rmSync(this.stateDir, { recursive: true, force: true });
  }
}

function anatomyOf(stateDir: string, relations: Readonly<Record<string, string>>): Anatomy {
  const streams = path.join(stateDir, 'nats', 'jetstream', '$G', 'streams');
  return {
    stateDir,
    relations,
    dataDir: path.join(realpathSync(path.join(stateDir, 'postgres')), 'data'),
    journalDir: path.join(streams, `${namespace}_journal_${incarnations.ahead}`),
    headFile: path.join(stateDir, 'journals', `${incarnations.ahead}.head`),
  };
}

/** Of messages, the part that has most. */
async function relationsOf(pool: pg.Pool): Promise<Record<string, string>> {
  const { rows: parts } = await pool.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'messages'::regclass
     order by pg_relation_size(inhrelid) desc limit 1`,
  );
  const messages = parts[0]!.name;
  const names = ['pg_class', 'pg_class_oid_index', 'pg_database', 'conversations', 'conversation_events'];
  const others = ['conversation_members', 'journal_checkpoints', 'journal_incarnations', 'schema_migrations'];
  const wanted = new Map([...names, ...others].map((name) => [name, name]));
  wanted.set('messages', messages).set('messages_pkey', `${messages}_pkey`);
  const found: Record<string, string> = {};
  for (const [name, relation] of wanted) {
    const { rows } = await pool.query<{ file: string }>('select pg_relation_filepath($1::regclass) as file', [
      relation,
    ]);
    found[name] = rows[0]!.file;
  }
  return found;
}
