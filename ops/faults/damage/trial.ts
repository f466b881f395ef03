// One trial: a copy of the installation, one file of it hurt, and what came of it. The installation may be right, refuse to
// serve with a sentence, or tell what is lost; anything else is a fault of ours.
import { AssertionError } from 'node:assert';
import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../../actors/runtime/ports.ts';
import { systemClock as clock, systemTimers as timers } from '../../../cluster/system-ports.ts';
import { silentLog } from '../../../actors/runtime/testing/silent-log.ts';
import type { SeededRandom } from '../../../protocol/testing/seeded-random.ts';
import { isMissingStream } from '../../../storage/journal/append.ts';
import { sealJournal } from '../../../storage/journal/seal.ts';
import { checkDeeply } from '../../../storage/postgres/deep-check.ts';
import { PostgresConversationStore } from '../../../storage/postgres/conversation-store.ts';
import { unfinishedJournals } from '../../../storage/postgres/journal-registry.ts';
import { conversationIdOf, messageEntry } from '../../../storage/testing/entries.ts';
import { hurt, type Harm } from './hurt.ts';
import { append, incarnations, Running, Truth, type Anatomy, type Template } from './installation.ts';
import type { FileKind } from './kinds.ts';

export const moments = ['stopped', 'running'] as const;
export type Moment = (typeof moments)[number];

export interface Cell {
  readonly kind: FileKind;
  /** Null: none, which must be found right. */
  readonly harm: Harm | null;
  readonly moment: Moment;
}

/**
 * - `right`: everything that was acknowledged is read where it stands, and nothing is told of.
 * - `refused`: it does not start, or does not read, and says why.
 * - `reported`: it says what is lost, or does not agree.
 * - `silent`, `hung` and `broken` (an error that is a mistake of the code, no refusal) must not be.
 */
export interface Outcome {
  readonly verdict: 'right' | 'refused' | 'reported' | 'silent' | 'hung' | 'broken' | 'absent';
  readonly says: string;
}

/** Longer than a start waits by itself before it gives up. */
const trialWithinMs = 240_000;
const drainWithinMs = 12_000;

/** Refusals that only say that the machine was too slow: the trial is repeated. */
const slowness = /connection timeout|Connection terminated|TIMEOUT/i;

export async function tryCell(template: Template, cell: Cell, random: SeededRandom): Promise<Outcome> {
  const first = await tryOnce(template, cell, random);
  return first.verdict === 'refused' && slowness.test(first.says) ? tryOnce(template, cell, random) : first;
}

async function tryOnce(
  template: Template,
  { kind, harm, moment }: Cell,
  random: SeededRandom,
): Promise<Outcome> {
  const anatomy = template.copy();
  const truth = new Truth(template.truth);
  const trial = new Trial(anatomy, truth);
  try {
    const file = kind.find(anatomy);
    if (file === null) return { verdict: 'absent', says: 'no such file' };
    const hurting = () => harm !== null && hurt(file, harm, random);
    const outcome = trial.run(moment, hurting).catch(refusal);
    const late = delay(
      trialWithinMs,
      { verdict: 'hung', says: `no outcome within ${trialWithinMs / 1000} s` } as const,
      { ref: false },
    );
    return await Promise.race([outcome, late]);
  } finally {
    await trial.end();
    rmSync(anatomy.dataDir, { recursive: true, force: true });
    rmSync(anatomy.stateDir, { recursive: true, force: true });
  }
}

class Trial {
  readonly #anatomy: Anatomy;
  readonly #truth: Truth;
  #running: Running | null = null;

  constructor(anatomy: Anatomy, truth: Truth) {
    this.#anatomy = anatomy;
    this.#truth = truth;
  }

  async run(moment: Moment, hurting: () => unknown): Promise<Outcome> {
    if (moment === 'running') await this.#hurtWhileRunning(hurting);
    else hurting();
    this.#running = await Running.start(this.#anatomy.stateDir);
    return judge(this.#running, this.#truth);
  }

  async end(): Promise<void> {
    await this.#running?.kill().catch(() => undefined);
  }

  /** People go on writing over it; then everything is killed. */
  async #hurtWhileRunning(hurting: () => unknown): Promise<void> {
    const running = (this.#running = await Running.start(this.#anatomy.stateDir));
    const { writer, told } = await running.journal(incarnations.living);
    const projector = running.projector();
    projector.start();
    const write = (numbers: readonly number[]) => {
      const entries = numbers.map((number) => messageEntry(number, this.#truth.nextSeq(number)));
      return append(writer, entries, this.#truth, 3_000);
    };
    await drained(running, incarnations.ahead, projector.damaged);
    await write([1, 2, 3, 4, 5]);
    hurting();
    // In other conversations: what is not acknowledged there has taken a number.
    await write([6, 7, 8, 9, 10]);
    await Promise.race([told().catch(() => undefined), delay(1_000)]);
    await Promise.race([running.pool.query('checkpoint').catch(() => undefined), delay(2_000)]);
    writer.end();
    await Promise.race([projector.stop(), delay(1_000)]);
    await running.kill();
    this.#running = null;
  }
}

/** Resolves when the journal is in PostgreSQL, known to be damaged, or will not be. */
async function drained(
  running: Running,
  incarnation: string,
  damaged: ReadonlyMap<string, string>,
): Promise<boolean> {
  try {
    await sealJournal(running.connection, running.streams, incarnation, 'trial', silentLog);
  } catch (error) {
    if (!isMissingStream(error)) throw error;
  }
  const untilMs = performance.now() + drainWithinMs;
  while (performance.now() < untilMs) {
    running.connection.publish(running.streams.sealedSubject, incarnation);
    const left = await unfinishedJournals(running.pool);
    if (!left.includes(incarnation) || damaged.has(incarnation)) return true;
    await delay(100);
  }
  return false;
}

async function judge(running: Running, truth: Truth): Promise<Outcome> {
  const warnings: string[] = [];
  const note = (fields: object) => {
    const { reason, err } = fields as { reason?: string; err?: Error };
    if (reason !== undefined || err) warnings.push(reason ?? String(err));
  };
  const log: Log = { debug: () => undefined, info: () => undefined, warn: note, error: note };
  const projector = running.projector(log);
  projector.start();
  const told: string[] = [];
  try {
    const journals = new Set([
      ...(await unfinishedJournals(running.pool)),
      ...(await running.streams.list()),
    ]);
    for (const incarnation of journals) {
      if (await drained(running, incarnation, projector.damaged)) continue;
      told.push(`journal ${incarnation} is not drained: ${warnings.at(-1) ?? ''}`);
      if (warnings.length === 0) return { verdict: 'hung', says: told[0]! };
    }
    told.push(...projector.damaged.values());
    const client = await running.pool.connect();
    try {
      told.push(...(await checkDeeply(client)).problems);
    } finally {
      client.release(true);
    }
    const wrong = await readAll(running, truth);
    const [first] = told;
    if (first !== undefined) return { verdict: 'reported', says: first };
    return wrong === null ? { verdict: 'right', says: '' } : { verdict: wrong.verdict, says: wrong.says };
  } finally {
    await Promise.race([projector.stop(), delay(1_000)]);
  }
}

/** The first difference to what was acknowledged; null: none. */
async function readAll(running: Running, truth: Truth): Promise<Outcome | null> {
  const store = new PostgresConversationStore(running.pool, clock, timers);
  for (const [number, texts] of truth.byConversation) {
    const query = { direction: 'after', seq: 1, limit: 1_000, viewer: null } as const;
    let read: string[];
    try {
      const { events } = await store.page(conversationIdOf(number), query);
      read = events.map((event) => (event.type === 'message' ? event.body : event.type));
    } catch (error) {
      return refusal(error);
    }
    const at = texts.findIndex((text, index) => read[index] !== text);
    if (at >= 0)
      return {
        verdict: 'silent',
        says: `conversation ${number} shows ${read[at]} where ${texts[at]} was acknowledged`,
      };
  }
  return null;
}

/** Node's own kinds of errors come from code that did not expect what it read. */
const mistakes = [TypeError, RangeError, ReferenceError, SyntaxError, AssertionError];

function refusal(error: unknown): Outcome {
  const says = (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
  const isMistake = says === '' || mistakes.some((kind) => error instanceof kind);
  return isMistake ? { verdict: 'broken', says: String(error) } : { verdict: 'refused', says };
}
