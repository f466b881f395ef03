// When each message is due and who sends it: fixed before the run starts, so that a slow answer delays no later
// message and a late one is measured from when it was due (an open loop, without coordinated omission).

export interface ScheduleOptions {
  /** Messages a second of all generators together. */
  readonly rate: number;
  readonly seconds: number;
  /** This generator among `generators`: they take the messages in turn. */
  readonly generator: number;
  readonly generators: number;
  /** People of this generator. */
  readonly people: number;
}

const goldenRatio = 0.618;

export class Schedule {
  readonly #options: ScheduleOptions;
  readonly #stride: number;
  readonly #offset: number;
  /** Messages of this generator. */
  readonly length: number;

  constructor(options: ScheduleOptions) {
    const { rate, seconds, generator, generators, people } = options;
    this.#options = options;
    this.length = Math.max(0, Math.ceil((Math.round(rate * seconds) - generator) / generators));
    // Neighbours in time are far apart in number, and so are the generators: else both sides of a conversation,
    // who live in different generators, would always write at the same moment.
    this.#stride = coprimeNear(Math.floor(people * goldenRatio), people);
    this.#offset = Math.floor((generator * people) / generators);
  }

  /** Microseconds from the start of the run to this generator's message `index`. */
  dueUs(index: number): number {
    const { rate, generator, generators } = this.#options;
    return ((index * generators + generator) * 1_000_000) / rate;
  }

  /** Who sends it, among this generator's people: everyone in turn. */
  sender(index: number): number {
    return (index * this.#stride + this.#offset) % this.#options.people;
  }
}

function coprimeNear(wanted: number, to: number): number {
  let candidate = Math.max(1, wanted);
  while (greatestCommonDivisor(candidate, to) !== 1) candidate++;
  return candidate;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
