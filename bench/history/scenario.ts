// The history scenario: conversations are filled and stored, then all their members page through them at a fixed rate,
// half of them from the end and half from the beginning (DM-3).
import { setTimeout as delay } from 'node:timers/promises';
import { nowUs } from '../clock.ts';
import type { Team } from '../idle/asked-process.ts';
import { UsageMeter, type Usage } from '../machine/usage.ts';
import type { Progress } from '../progress.ts';
import { countersBetween, readCounters, type Counters } from '../server/counters.ts';
import type { Target } from '../server/target.ts';
import { fillTogether, type Fillers } from './fill-together.ts';
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
    const fillers: Fillers = {
      size: this.#team.members.length,
      fill: (requestOf) => this.#team.ask('fill', requestOf),
      written: () => this.#team.count('messages'),
    };
    const fillSeconds = await fillTogether(fillers, this.#options, this.#target, this.#progress);
    return { fillSeconds, ...(await this.#read()) };
  }

  async #read(): Promise<Omit<HistoryMeasurements, 'fillSeconds'>> {
    const { rate, warmup, seconds } = this.#options;
    const startUs = Math.round(nowUs()) + startInMs * 1_000;
    const measuredFromUs = startUs + warmup * 1_000_000;
    const times = { startUs, measuredFromUs, measuredUntilUs: measuredFromUs + seconds * 1_000_000 };
    const reading = this.#team.ask('read', (index): ReadRequest => {
      return { rate, turn: { index, of: this.#team.members.length }, ...times };
    });
    const [generators, measured] = await this.#progress.during(
      () => [
        `Reading ${rate} pages/s for ${warmup} + ${seconds} s`,
        `${this.#team.count('asked')} asked for, ${this.#team.count('answered')} answered`,
      ],
      Promise.all([reading, this.#measure(times)]),
    );
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
}
