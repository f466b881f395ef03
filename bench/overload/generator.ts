// Finds out how much the server can do, then asks far more of it than that and sees what it answers, second by second.
// Whoever is told to wait waits, as every client of Skein does: what falls due meanwhile is not asked.
import { setTimeout as delay } from 'node:timers/promises';
import { RequestError } from '../../protocol/errors.ts';
import { BenchError } from '../bench-error.ts';
import { nowUs } from '../clock.ts';
import { fill, type FilledConversation, type FillRequest } from '../history/filling.ts';
import { openLoop, type Turn } from '../history/open-loop.ts';
import { Walk } from '../history/walks.ts';
import { answering } from '../idle/answering.ts';
import { keepAlive, type LightClient } from '../idle/light-client.ts';
import { Latency } from '../latency.ts';
import { WireCounter } from '../wire/wire-totals.ts';

export interface ProbeRequest {
  /** Readers who ask at the same time, each again as soon as it has its page. */
  readonly atOnce: number;
  readonly seconds: number;
}

export interface FloodRequest {
  /** Pages a second, of all generators together, one part after the other. */
  readonly parts: readonly { readonly rate: number; readonly seconds: number }[];
  readonly turn: Turn;
  /** In microseconds of the clock that all processes share. */
  readonly startUs: number;
}

/** Counts of one second of the run. */
export interface FloodSecond {
  readonly due: number;
  /** Of those due, not asked: their reader had been told to wait. */
  readonly heldBack: number;
  readonly pages: number;
  /** By code. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Encoded histogram, in microseconds from when a page was due, of those that came. */
  readonly latency: string;
}

export interface FloodResults {
  readonly seconds: readonly FloodSecond[];
  readonly asked: number;
  readonly answered: number;
  /** Refusals for now that did not say how long to wait. */
  readonly withoutWait: number;
  /** Connections that the server closed. */
  readonly closed: number;
  readonly faults: number;
  /** The first of them in words. */
  readonly examples: readonly string[];
}

interface Second {
  due: number;
  heldBack: number;
  pages: number;
  readonly refusals: Record<string, number>;
  readonly latency: Latency;
}

const examplesMax = 10;
const answersWithinMs = 30_000;

const filled: FilledConversation[] = [];
const readers: LightClient[] = [];
const waitUntilUs = new WeakMap<LightClient, number>();
let walks: readonly Walk[] = [];
let messages = 0;
let asked = 0;
let answered = 0;
let withoutWait = 0;
let faults = 0;
const examples: string[] = [];

const handlers = {
  fill: async (request: FillRequest): Promise<void> => {
    filled.push(...(await fill(request, new WireCounter(), () => messages++)));
    readers.push(...filled.flatMap((each) => each.readers.map(({ client }) => client)));
    walks = Walk.through(filled);
  },

  /** @returns pages a second that came */
  probe: async ({ atOnce, seconds }: ProbeRequest): Promise<number> => {
    const startedAt = performance.now();
    const untilMs = startedAt + seconds * 1_000;
    let pages = 0;
    const lane = async (walk: Walk): Promise<void> => {
      while (performance.now() < untilMs) {
        try {
          await walk.nextPage();
          pages++;
        } catch (error) {
          if (!(error instanceof RequestError)) throw error;
          await delay(error.retryAfterMs ?? 0);
        }
      }
    };
    await Promise.all(walks.slice(0, atOnce).map(lane));
    return pages / ((performance.now() - startedAt) / 1_000);
  },

  flood: async ({ parts, turn, startUs }: FloodRequest): Promise<FloodResults> => {
    const length = Math.ceil(parts.reduce((sum, { seconds }) => sum + seconds, 0));
    const bySecond = Array.from({ length }, newSecond);
    const secondAt = (us: number) => bySecond[Math.floor((us - startUs) / 1_000_000)];
    let fromUs = startUs;
    for (const { rate, seconds } of parts) {
      const untilUs = fromUs + seconds * 1_000_000;
      const act = (number: number, dueUs: number) =>
        void ask(walks[number % walks.length]!, dueUs, secondAt(dueUs)!, secondAt);
      await openLoop({ rate, turn, startUs: fromUs, untilUs, act });
      fromUs = untilUs;
    }
    await allAnswered();
    return {
      seconds: bySecond.map(({ latency, ...rest }) => ({ ...rest, latency: latency.encode() })),
      ...{ asked, answered, withoutWait, faults, examples },
      closed: readers.filter(({ isOpen }) => !isOpen).length,
    };
  },
};
export type OverloadGenerator = typeof handlers;

keepAlive(readers);
answering(handlers, () => ({ messages, asked, answered }));

function newSecond(): Second {
  return { due: 0, heldBack: 0, pages: 0, refusals: {}, latency: new Latency() };
}

async function ask(
  walk: Walk,
  dueUs: number,
  due: Second,
  secondAt: (us: number) => Second | undefined,
): Promise<void> {
  due.due++;
  if (nowUs() < (waitUntilUs.get(walk.client) ?? 0)) {
    due.heldBack++;
    return;
  }
  asked++;
  try {
    const { fault } = await walk.nextPage();
    const atUs = nowUs();
    due.latency.record(atUs - dueUs);
    const came = secondAt(atUs);
    if (came) came.pages++;
    if (fault !== null) noteFault(fault);
  } catch (error) {
    if (!(error instanceof RequestError || error instanceof BenchError)) throw error;
    const code = error instanceof RequestError ? error.code : 'connection_closed';
    const { refusals } = secondAt(nowUs()) ?? due;
    refusals[code] = (refusals[code] ?? 0) + 1;
    if (error instanceof RequestError) wait(walk.client, error);
  } finally {
    answered++;
  }
}

function wait(client: LightClient, { retryAfterMs }: RequestError): void {
  if (retryAfterMs === null || retryAfterMs === undefined) withoutWait++;
  else waitUntilUs.set(client, nowUs() + retryAfterMs * 1_000);
}

function noteFault(fault: string): void {
  faults++;
  if (examples.length < examplesMax) examples.push(fault);
}

async function allAnswered(): Promise<void> {
  const deadline = performance.now() + answersWithinMs;
  while (answered < asked && performance.now() < deadline) await delay(20);
}
