// How the server is while it is under load, read from its processes' metrics every now and then: what waits for
// PostgreSQL, how late the event loops run, how long they stood still to collect garbage.
//
// A reading costs each process some milliseconds, and prom-client forgets the event loop's delays with each one, so
// there must be one reader only.
import { gcPauses, parseMetrics, readTexts } from './metrics.ts';
import { metricNames } from '../../protocol/metric-names.ts';

export interface ServerVitals {
  /** Journaled, and not in PostgreSQL yet: how far the projector is behind. */
  readonly backlogBytes: number;
  readonly unprojectedBatches: number;
  readonly sockets: number;
  /** By process, since the reading before. The monitor's timer has 10 ms, which are part of it: idle is 10 to 11. */
  readonly eventLoopP99Ms: Readonly<Record<string, number>>;
  /** By process. */
  readonly heapUsedBytes: Readonly<Record<string, number>>;
  /** Milliseconds of garbage collection in one second, of all processes together. */
  readonly gcMs: number;
}

/** Vitals of one process. */
interface ProcessVitals {
  readonly isWorker: boolean;
  readonly backlogBytes: number;
  readonly unprojectedBatches: number;
  readonly sockets: number;
  readonly eventLoopP99Ms: number;
  readonly heapUsedBytes: number;
  readonly gcSeconds: number;
}

const usuallyEveryMs = 2_000;

/** Reads until `stop`. */
export class VitalsReader {
  readonly #urls: readonly string[];
  readonly #timer: NodeJS.Timeout;
  /** By address; the garbage collection is counted up from these. */
  readonly #last = new Map<string, { readonly gcSeconds: number; readonly atMs: number }>();
  #fresh: ServerVitals | null = null;
  #isReading = false;

  /** @param urls of the processes' metrics; where there are none, there is nothing to read */
  constructor(urls: readonly string[], everyMs = usuallyEveryMs) {
    this.#urls = urls;
    this.#timer = setInterval(() => void this.#read(), everyMs);
    void this.#read();
  }

  /** Vitals read since the last call; null: nothing new. */
  take(): ServerVitals | null {
    const fresh = this.#fresh;
    this.#fresh = null;
    return fresh;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #read(): Promise<void> {
    // One that takes long is not asked again meanwhile: it has enough to do.
    if (this.#isReading || this.#urls.length === 0) return;
    this.#isReading = true;
    const texts = await readTexts(this.#urls);
    this.#isReading = false;
    const atMs = performance.now();
    const isFirst = this.#last.size === 0;
    const processes = texts.map((text) => (text === '' ? null : vitalsIn(text)));
    const gcMs = processes.reduce((sum, vitals, at) => sum + this.#gcMsOf(this.#urls[at]!, vitals, atMs), 0);
    // The first reading begins what is measured: what it tells was before.
    if (!isFirst) this.#fresh = together(processes, gcMs);
  }

  /** In one second. */
  #gcMsOf(url: string, vitals: ProcessVitals | null, atMs: number): number {
    if (vitals === null) return 0;
    const last = this.#last.get(url);
    this.#last.set(url, { gcSeconds: vitals.gcSeconds, atMs });
    // One that has started again counts from zero.
    if (last === undefined || vitals.gcSeconds < last.gcSeconds) return 0;
    return (1_000 * (vitals.gcSeconds - last.gcSeconds)) / ((atMs - last.atMs) / 1_000);
  }
}

function vitalsIn(text: string): ProcessVitals {
  const found = new Map<string, number>();
  for (const [name, value] of parseMetrics(text)) found.set(name, value);
  const of = (name: string) => found.get(name) ?? 0;
  return {
    isWorker: found.has(metricNames.backlogBytes),
    backlogBytes: of(metricNames.backlogBytes),
    unprojectedBatches: of(metricNames.unprojectedBatches),
    sockets: of(metricNames.sockets),
    eventLoopP99Ms: of('nodejs_eventloop_lag_p99_seconds') * 1_000,
    heapUsedBytes: of('nodejs_heap_size_used_bytes'),
    gcSeconds: gcPauses(text).seconds,
  };
}

/** @param processes in the order of their addresses; null: it did not answer */
function together(processes: readonly (ProcessVitals | null)[], gcMs: number): ServerVitals {
  const sum = (field: 'backlogBytes' | 'unprojectedBatches' | 'sockets') =>
    processes.reduce((total, vitals) => total + (vitals?.[field] ?? 0), 0);
  const named = (field: 'eventLoopP99Ms' | 'heapUsedBytes') =>
    Object.fromEntries(
      processes.flatMap((vitals, at) =>
        vitals ? [[nameOf(vitals, at), Math.round(vitals[field] * 10) / 10]] : [],
      ),
    );
  return {
    backlogBytes: sum('backlogBytes'),
    unprojectedBatches: sum('unprojectedBatches'),
    sockets: sum('sockets'),
    eventLoopP99Ms: named('eventLoopP99Ms'),
    heapUsedBytes: named('heapUsedBytes'),
    gcMs: Math.round(gcMs * 10) / 10,
  };
}

/** The bench's own server has its projector first, then worker 1, worker 2. */
function nameOf({ isWorker }: ProcessVitals, at: number): string {
  if (isWorker) return `worker ${at}`;
  return at === 0 ? 'projector' : `projector ${at}`;
}
