// The chat scenario from the first connection to the last check: pairs of people in direct conversations, spread over
// the generators so that both sides of a conversation are in different processes, writing at a fixed rate.
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { nowUs } from '../clock.ts';
import { UsageMeter, type Usage } from '../machine/usage.ts';
import type { BenchOptions } from './options.ts';
import type { Progress } from '../progress.ts';
import { countersBetween, readCounters, type Counters } from '../server/counters.ts';
import type { Target } from '../server/target.ts';
import { checkAll, type CheckResult } from './checker.ts';
import type {
  GeneratorProgress,
  GeneratorResults,
  GeneratorSettings,
  RunTimes,
  UserIds,
} from './commands.ts';
import type { Fleet } from './fleet.ts';

export interface ChatMeasurements {
  readonly generators: readonly Omit<GeneratorResults, 'sides'>[];
  readonly counts: GeneratorProgress;
  readonly check: CheckResult;
  /** Null where it cannot be read. */
  readonly usage: Usage | null;
  /** What the server counted in the measured interval. */
  readonly counters: Counters;
  readonly connectSeconds: number;
  readonly pairSeconds: number;
  readonly stragglersSeconds: number;
}

const connectsInFlightMax = 200;
const historiesReadMax = 2_000;
const stragglersWithinMs = 10_000;
/** A second copy would come after everything has arrived once. */
const repeatsWithinMs = 500;
/** Until every generator has heard when to start. */
const startInMs = 500;
/** There are 28,000 ports to connect from at each local address. */
const connectionsPerAddressMax = 20_000;

export class ChatScenario {
  readonly #fleet: Fleet;
  readonly #options: BenchOptions;
  readonly #target: Target;
  readonly #progress: Progress;
  readonly #run = randomBytes(4).toString('hex');

  constructor(fleet: Fleet, options: BenchOptions, target: Target, progress: Progress) {
    this.#fleet = fleet;
    this.#options = options;
    this.#target = target;
    this.#progress = progress;
  }

  async run(): Promise<ChatMeasurements> {
    const { connections } = this.#options;
    const [userIds, connectSeconds] = await timed(() => this.#connect());
    const [, pairSeconds] = await timed(() => this.#pair(userIds));
    const { usage, counters } = await this.#send();
    const [, stragglersSeconds] = await timed(() => this.#awaitStragglers());
    await delay(repeatsWithinMs);
    const results = await this.#fleet.ask<'results'>(() => ({ kind: 'results' }));
    const counts = this.#fleet.progress;
    const histories = await this.#readHistories(everyNth(connections / 2, historiesReadMax));
    this.#progress.say('Checking every message');
    const check = checkAll(
      results.flatMap(({ sides }) => sides),
      histories,
    );
    const generators = results.map(({ sides: _, ...rest }) => rest);
    return { generators, counts, check, usage, counters, connectSeconds, pairSeconds, stragglersSeconds };
  }

  async #connect(): Promise<UserIds> {
    const { connections } = this.#options;
    const answers = await this.#showing(
      ({ online }) => `Connecting: ${online} of ${connections}`,
      this.#fleet.ask<'connect'>((index) => ({ kind: 'connect', settings: this.#settingsOf(index) })),
    );
    return Array.from({ length: connections }, (_, person) => answers[person % answers.length]![person]);
  }

  async #pair(userIds: UserIds): Promise<void> {
    const { connections } = this.#options;
    await this.#showing(
      ({ paired }) => `Opening conversations: ${paired} of ${connections} people`,
      this.#fleet.ask<'pair'>(() => ({ kind: 'pair', userIds })),
    );
  }

  async #send(): Promise<{ usage: Usage | null; counters: Counters }> {
    const { rate, warmup, seconds } = this.#options;
    const startUs = Math.round(nowUs()) + startInMs * 1_000;
    const measuredFromUs = startUs + warmup * 1_000_000;
    const times: RunTimes = {
      startUs,
      measuredFromUs,
      measuredUntilUs: measuredFromUs + seconds * 1_000_000,
    };
    const [measured] = await this.#showing(
      ({ sent, accepted, shownToPeer }) =>
        `Sending ${rate}/s for ${warmup} + ${seconds} s: ${sent} sent, ${accepted} acknowledged, ${shownToPeer} delivered`,
      Promise.all([this.#measure(times), this.#fleet.ask<'send'>(() => ({ kind: 'send', times }))]),
    );
    return measured;
  }

  async #measure({
    measuredFromUs,
    measuredUntilUs,
  }: RunTimes): Promise<{ usage: Usage | null; counters: Counters }> {
    const { pid, metricsUrls } = this.#target;
    const pids = [...(pid === null ? [] : [pid]), ...this.#fleet.pids];
    await delay((measuredFromUs - nowUs()) / 1_000);
    const meter = UsageMeter.start(pids);
    const before = await readCounters(metricsUrls);
    await delay((measuredUntilUs - nowUs()) / 1_000);
    const usage = meter?.stop() ?? null;
    return { usage, counters: countersBetween(before, await readCounters(metricsUrls)) };
  }

  /** Until everything sent is answered and everything acknowledged is shown to both, or the time is over. */
  async #awaitStragglers(): Promise<void> {
    const deadline = performance.now() + stragglersWithinMs;
    const missing = () => {
      const { sent, accepted, refused, shownToPeer, shownToSender } = this.#fleet.progress;
      return Math.max(sent - accepted - refused, accepted - shownToPeer, accepted - shownToSender);
    };
    while (missing() > 0 && performance.now() < deadline) {
      this.#progress.say('Waiting for stragglers', `${missing()} to come`);
      await delay(50);
    }
  }

  async #readHistories(conversations: readonly number[]) {
    this.#progress.say('Reading histories', `of ${conversations.length} conversations`);
    return (await this.#fleet.ask<'readHistories'>(() => ({ kind: 'readHistories', conversations }))).flat();
  }

  /** Says how far the generators are while they work. */
  async #showing<Value>(line: (progress: GeneratorProgress) => string, work: Promise<Value>): Promise<Value> {
    const show = () => this.#progress.say(...splitPhase(line(this.#fleet.progress)));
    const timer = setInterval(show, 200);
    show();
    return work.finally(() => clearInterval(timer));
  }

  #settingsOf(generator: number): GeneratorSettings {
    const { connections, generators, rate, warmup, seconds, bytes, receipts } = this.#options;
    const { url, issuer } = this.#target;
    const manyAddresses = connections > connectionsPerAddressMax && isLoopback(url);
    return {
      run: this.#run,
      url: `${url.replace(/^http/, 'ws')}/ws`,
      issuer,
      people: connections,
      generator,
      generators,
      connectsInFlightMax: Math.ceil(connectsInFlightMax / generators),
      localAddress: manyAddresses ? `127.0.0.${(generator % 250) + 2}` : undefined,
      receipts,
      bodyBytes: bytes,
      rate,
      seconds: warmup + seconds,
    };
  }
}

function splitPhase(line: string): [phase: string, state: string] {
  const at = line.indexOf(': ');
  return [line.slice(0, at), line.slice(at + 2)];
}

function isLoopback(url: string): boolean {
  return new URL(url).hostname === '127.0.0.1';
}

/** Up to `max` of the numbers below `count`, evenly spread. */
function everyNth(count: number, max: number): number[] {
  const step = Math.max(1, count / max);
  return Array.from({ length: Math.min(count, max) }, (_, index) => Math.floor(index * step));
}

async function timed<Value>(work: () => Promise<Value>): Promise<[value: Value, seconds: number]> {
  const startedAt = performance.now();
  const value = await work();
  return [value, (performance.now() - startedAt) / 1000];
}
