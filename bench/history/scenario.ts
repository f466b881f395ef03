// The history scenario: conversations are filled and stored, then all their members page through them at a fixed rate,
// half of them from the end and half from the beginning (DM-3).
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { projectedWithin } from '../chat/projection.ts';
import { nowUs } from '../clock.ts';
import type { Team } from '../idle/asked-process.ts';
import { UsageMeter, type Usage } from '../machine/usage.ts';
import type { Progress } from '../progress.ts';
import { countersBetween, readCounters, type Counters } from '../server/counters.ts';
import type { Target } from '../server/target.ts';
import type { HistoryGenerator, ReadRequest, ReadResults } from './generator.ts';
import type { HistoryOptions } from './options.ts';

export interface HistoryMeasurements {
  readonly generators: readonly ReadResults[];
  readonly fillSeconds: number;
  /** Null where it cannot be read. */
  readonly usage: Usage | null;
  readonly counters: Counters;
}

const startInMs = 500;
const projectedWithinMs = 60_000;

export class HistoryScenario {
  readonly #team: Team<HistoryGenerator>;
  readonly #options: HistoryOptions;
  readonly #target: Target;
  readonly #progress: Progress;

  constructor(team: Team<HistoryGenerator>, options: HistoryOptions, target: Target, progress: Progress) {
    this.#team = team;
    this.#options = options;
    this.#target = target;
    this.#progress = progress;
  }

  async run(): Promise<HistoryMeasurements> {
    const fillSeconds = await this.#fill();
    this.#progress.say('Waiting until everything is in PostgreSQL');
    await projectedWithin({
      metricsUrls: this.#target.metricsUrls,
      endMs: performance.now(),
      withinMs: projectedWithinMs,
      settled: Promise.resolve(),
    });
    return { fillSeconds, ...(await this.#read()) };
  }

  async #fill(): Promise<number> {
    const { conversations, messages, bytes } = this.#options;
    const { url, issuer } = this.#target;
    const generators = this.#team.members.length;
    const run = randomBytes(4).toString('hex');
    const startedAt = performance.now();
    const filling = this.#team.ask('fill', (generator) => ({
      url: `${url.replace(/^http/, 'ws')}/ws`,
      issuer,
      run,
      conversations: Array.from({ length: conversations }, (_, number) => number).filter(
        (number) => number % generators === generator,
      ),
      messages,
      bytes,
    }));
    const say = () =>
      this.#progress.say(
        'Filling',
        `${this.#team.count('messages')} of ${conversations * messages} messages`,
      );
    await this.#saying(say, filling);
    return (performance.now() - startedAt) / 1_000;
  }

  async #read(): Promise<Omit<HistoryMeasurements, 'fillSeconds'>> {
    const { rate, warmup, seconds } = this.#options;
    const startUs = Math.round(nowUs()) + startInMs * 1_000;
    const measuredFromUs = startUs + warmup * 1_000_000;
    const times = { startUs, measuredFromUs, measuredUntilUs: measuredFromUs + seconds * 1_000_000 };
    const reading = this.#team.ask('read', (index): ReadRequest => {
      return { rate, turn: { index, of: this.#team.members.length }, ...times };
    });
    const say = () =>
      this.#progress.say(
        `Reading ${rate} pages/s for ${warmup} + ${seconds} s`,
        `${this.#team.count('asked')} asked for, ${this.#team.count('answered')} answered`,
      );
    const [generators, measured] = await this.#saying(say, Promise.all([reading, this.#measure(times)]));
    return { generators, ...measured };
  }

  async #measure({
    measuredFromUs,
    measuredUntilUs,
  }: Pick<ReadRequest, 'measuredFromUs' | 'measuredUntilUs'>): Promise<{
    usage: Usage | null;
    counters: Counters;
  }> {
    const { pid, metricsUrls } = this.#target;
    await delay((measuredFromUs - nowUs()) / 1_000);
    const before = await readCounters(metricsUrls);
    const meter = UsageMeter.start([...(pid === null ? [] : [pid]), ...this.#team.pids]);
    await delay((measuredUntilUs - nowUs()) / 1_000);
    const usage = meter?.stop() ?? null;
    return { usage, counters: countersBetween(before, await readCounters(metricsUrls)) };
  }

  async #saying<Value>(say: () => void, work: Promise<Value>): Promise<Value> {
    const timer = setInterval(say, 200);
    say();
    return work.finally(() => clearInterval(timer));
  }
}
