// Fills conversations and reads them page by page when it is due, checking every page.
import { RequestError } from '../../protocol/errors.ts';
import { BenchError } from '../bench-error.ts';
import { nowUs } from '../clock.ts';
import { answering } from '../idle/answering.ts';
import { keepAlive, type LightClient } from '../idle/light-client.ts';
import { Latency } from '../latency.ts';
import { WireCounter } from '../wire/wire-totals.ts';
import { fill, type FilledConversation, type FillRequest } from './filling.ts';
import { openLoop, type Turn } from './open-loop.ts';
import { Walk } from './walks.ts';

export interface ReadRequest {
  /** Pages a second, of all generators together. */
  readonly rate: number;
  readonly turn: Turn;
  /** In microseconds of the clock that all processes share. */
  readonly startUs: number;
  readonly measuredFromUs: number;
  readonly measuredUntilUs: number;
}

export interface ReadResults {
  /** Encoded histograms, in microseconds from when a page was due, of those due in the measured interval. */
  readonly latency: string;
  /** By how much asking was late: the generator's own part. */
  readonly lateness: string;
  readonly asked: number;
  readonly answered: number;
  /** Of the measured interval, whenever they were due. */
  readonly answeredWithin: number;
  readonly events: number;
  /** By code. */
  readonly refusals: Record<string, number>;
  readonly faults: number;
  /** The first of them in words. */
  readonly examples: readonly string[];
}

const examplesMax = 10;
const answersWithinMs = 15_000;

const counter = new WireCounter();
const filled: FilledConversation[] = [];
const readers: LightClient[] = [];
let messages = 0;
let asked = 0;
let answered = 0;
let answeredWithin = 0;
let events = 0;
let faults = 0;
const refusals: Record<string, number> = {};
const examples: string[] = [];
const latency = new Latency();
const lateness = new Latency();

const handlers = {
  fill: async (request: FillRequest): Promise<void> => {
    filled.push(...(await fill(request, counter, () => messages++)));
    readers.push(...filled.flatMap((each) => each.readers.map(({ client }) => client)));
  },
  read: async (request: ReadRequest): Promise<ReadResults> => {
    const walks = Walk.through(filled);
    const { measuredUntilUs: untilUs } = request;
    const act = (number: number, dueUs: number) => void ask(walks[number % walks.length]!, dueUs, request);
    await openLoop({ ...request, untilUs, act });
    await allAnswered();
    return {
      latency: latency.encode(),
      lateness: lateness.encode(),
      ...{ asked, answered, answeredWithin, events, refusals, faults, examples },
    };
  },
};
export type HistoryGenerator = typeof handlers;

keepAlive(readers);
answering(handlers, () => ({ messages, asked, answered }));

async function ask(
  walk: Walk,
  dueUs: number,
  { measuredFromUs, measuredUntilUs }: ReadRequest,
): Promise<void> {
  const isMeasured = (atUs: number) => atUs >= measuredFromUs && atUs < measuredUntilUs;
  asked++;
  if (isMeasured(dueUs)) lateness.record(nowUs() - dueUs);
  try {
    const page = await walk.nextPage();
    const atUs = nowUs();
    if (isMeasured(dueUs)) latency.record(atUs - dueUs);
    if (isMeasured(atUs)) answeredWithin++;
    events += page.events;
    if (page.fault !== null) noteFault(page.fault);
  } catch (error) {
    if (!(error instanceof RequestError || error instanceof BenchError)) throw error;
    const code = error instanceof RequestError ? error.code : 'connection_closed';
    refusals[code] = (refusals[code] ?? 0) + 1;
  } finally {
    answered++;
  }
}

function noteFault(fault: string): void {
  faults++;
  if (examples.length < examplesMax) examples.push(fault);
}

async function allAnswered(): Promise<void> {
  const deadline = performance.now() + answersWithinMs;
  while (answered < asked && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 20));
}
