// The overload scenario: how many pages a second the server can read is found out; then half of that is asked for, then
// several times as much, then half again (FAULTS 19).
import { setTimeout as delay } from 'node:timers/promises';
import { nowUs } from '../clock.ts';
import { fillTogether, type Fillers } from '../history/fill-together.ts';
import type { Team } from '../idle/asked-process.ts';
import { UsageMeter, type Usage } from '../machine/usage.ts';
import type { Progress } from '../progress.ts';
import type { Target } from '../server/target.ts';
import type { FloodResults, OverloadGenerator } from './generator.ts';
import { checkRate, type OverloadOptions } from './options.ts';

export interface OverloadMeasurements {
  /** Pages a second that the server can read. */
  readonly capacity: number;
  readonly calmRate: number;
  readonly overloadRate: number;
  readonly generators: readonly FloodResults[];
  /** Of all three parts; null where it cannot be read. */
  readonly usage: Usage | null;
}

const probeSeconds = 5;
/** Enough to keep every worker busy, too few for it to be late with any. */
const probeAtOnce = 24;
const calmPart = 0.5;
const startInMs = 500;

export class OverloadScenario {
  readonly #team: Team<OverloadGenerator>;
  readonly #options: OverloadOptions;
  readonly #target: Target;
  readonly #progress: Progress;

  constructor(team: Team<OverloadGenerator>, options: OverloadOptions, target: Target, progress: Progress) {
    this.#team = team;
    this.#options = options;
    this.#target = target;
    this.#progress = progress;
  }

  async run(): Promise<OverloadMeasurements> {
    const fillers: Fillers = {
      size: this.#team.members.length,
      fill: (requestOf) => this.#team.ask('fill', requestOf),
      written: () => this.#team.count('messages'),
    };
    await fillTogether(fillers, this.#options, this.#target, this.#progress);
    const capacity = await this.#probe();
    const overloadRate = this.#options.times * capacity;
    checkRate(overloadRate, this.#options);
    return { capacity, ...(await this.#flood(capacity * calmPart, overloadRate)) };
  }

  /** The first round warms up. */
  async #probe(): Promise<number> {
    const { length } = this.#team.members;
    let capacity = 0;
    for (let round = 0; round < 2; round++) {
      this.#progress.say('Finding out what the server can do');
      const order = { atOnce: Math.ceil(probeAtOnce / length), seconds: probeSeconds };
      const rates = await this.#team.ask('probe', () => order);
      capacity = rates.reduce((sum, rate) => sum + rate, 0);
    }
    return capacity;
  }

  async #flood(calmRate: number, overloadRate: number): Promise<Omit<OverloadMeasurements, 'capacity'>> {
    const { calm, seconds } = this.#options;
    const parts = [
      { rate: calmRate, seconds: calm },
      { rate: overloadRate, seconds },
      { rate: calmRate, seconds: calm },
    ];
    const startUs = Math.round(nowUs()) + startInMs * 1_000;
    const { length } = this.#team.members;
    const flooding = this.#team.ask('flood', (index) => ({ parts, startUs, turn: { index, of: length } }));
    const [generators, usage] = await this.#progress.during(
      () => [
        `${Math.round(calmRate)} pages/s for ${calm} s, ${Math.round(overloadRate)} for ${seconds} s, and as before`,
        `${this.#team.count('asked')} asked for, ${this.#team.count('answered')} answered`,
      ],
      Promise.all([flooding, this.#measure(startUs, 2 * calm + seconds)]),
    );
    return { calmRate, overloadRate, generators, usage };
  }

  async #measure(startUs: number, seconds: number): Promise<Usage | null> {
    const { pid, metricsUrls } = this.#target;
    await delay((startUs - nowUs()) / 1_000);
    const meter = UsageMeter.start([...(pid === null ? [] : [pid]), ...this.#team.pids], metricsUrls);
    await delay((startUs - nowUs()) / 1_000 + seconds * 1_000);
    return meter?.stop() ?? null;
  }
}
