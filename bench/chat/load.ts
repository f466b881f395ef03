// A load from the first connection to the last check: people in conversations, spread over the generators, writing at a
// fixed rate or as fast as it goes.
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { BenchError } from '../bench-error.ts';
import { localAddresses } from '../wire/local-addresses.ts';
import { nowUs } from '../clock.ts';
import { UsageMeter, type Usage } from '../machine/usage.ts';
import type { Progress } from '../progress.ts';
import { countersBetween, readCounters, type Counters } from '../server/counters.ts';
import type { Target } from '../server/target.ts';
import { checkAll, type CheckResult } from '../verify/checker.ts';
import type { GeneratorProgress, GeneratorResults, GeneratorSettings, RunTimes } from './commands.ts';
import type { Fleet } from './fleet.ts';
import type { LoadOptions } from './options.ts';
import { Plan } from './plan.ts';
import { projectedWithin } from './projection.ts';

export interface LoadMeasurements {
  readonly generators: readonly Omit<GeneratorResults, 'records'>[];
  readonly counts: GeneratorProgress;
  readonly recipientsPerMessage: number;
  readonly conversations: number;
  readonly check: CheckResult;
  /** Null where it cannot be read. */
  readonly usage: Usage | null;
  /** The server's own counters over the measured interval. */
  readonly counters: Counters;
  readonly connectSeconds: number;
  readonly openSeconds: number;
  readonly stragglersSeconds: number;
  /** From the end of the measured interval until PostgreSQL had everything; null: not known. */
  readonly projectedWithinSeconds: number | null;
}

/** The part of the warm-up in which the rate rises to the whole: every conversation wakes in it. */
const rampOfWarmup = 0.5;
const connectsInFlightMax = 200;
const historiesReadMax = 2_000;
/** Nothing more comes when nothing has come for so long while everyone was online. */
const stragglersSilentMs = 10_000;
/** Covers people whom the server told to stay away for half a minute, more than once. */
const stragglersWithinMs = 120_000;
const projectedWithinMs = 120_000;
/** A second copy would come after everything has arrived once. */
const repeatsWithinMs = 500;
/** Until every generator has heard when to start. */
const startInMs = 500;

export class Load {
  readonly #fleet: Fleet;
  readonly #options: LoadOptions;
  readonly #target: Target;
  readonly #progress: Progress;
  readonly #plan: Plan;
  readonly #run = randomBytes(4).toString('hex');

  constructor(fleet: Fleet, options: LoadOptions, target: Target, progress: Progress) {
    this.#fleet = fleet;
    this.#options = options;
    this.#target = target;
    this.#progress = progress;
    this.#plan = new Plan({ ...options, people: options.connections });
  }

  async run(): Promise<LoadMeasurements> {
    const [userIds, connectSeconds] = await timed(() => this.#connect());
    const [, openSeconds] = await timed(() => this.#open(userIds));
    const { usage, counters, endMs } = await this.#send();
    const stragglers = timed(() => this.#awaitStragglers());
    const { metricsUrls } = this.#target;
    const projected = projectedWithin({
      metricsUrls,
      endMs,
      withinMs: projectedWithinMs,
      settled: stragglers,
    });
    const [, stragglersSeconds] = await stragglers;
    await delay(repeatsWithinMs);
    this.#progress.say('Collecting what everyone saw');
    const results = await this.#fleet.ask<'results'>(() => ({ kind: 'results' }));
    const counts = this.#fleet.progress;
    this.#progress.say('Waiting until everything is in PostgreSQL');
    const projectedWithinSeconds = await projected;
    const histories = await this.#readHistories();
    this.#progress.say('Checking every message');
    const records = results.flatMap((each) => each.records);
    const check = checkAll(this.#plan.members, records, histories);
    const generators = results.map(({ records: _, ...rest }) => rest);
    return {
      ...{ generators, counts, check, usage, counters, connectSeconds, openSeconds, stragglersSeconds },
      projectedWithinSeconds,
      recipientsPerMessage: this.#plan.recipientsPerMessage,
      conversations: this.#plan.members.size,
    };
  }

  async #connect(): Promise<string[]> {
    const { connections } = this.#options;
    const answers = await this.#showing(
      ({ online }) => ['Connecting', `${online} of ${connections}`],
      this.#fleet.ask<'connect'>((index) => ({ kind: 'connect', settings: this.#settingsOf(index) })),
    );
    const { length } = answers;
    return Array.from(
      { length: connections },
      (_, person) => answers[person % length]![Math.floor(person / length)]!,
    );
  }

  async #open(userIds: readonly string[]): Promise<void> {
    const { members } = this.#plan;
    const answers = await this.#showing(
      ({ opened }) => ['Opening conversations', `${opened} times for ${members.size} conversations`],
      this.#fleet.ask<'open'>(() => ({ kind: 'open', userIds })),
    );
    const conversationIds: string[] = [];
    for (const [conversation, id] of answers.flat()) {
      if ((conversationIds[conversation] ??= id) !== id)
        throw new BenchError('One pair got two conversations (DM-1).');
    }
    await this.#showing(
      ({ following }) => ['Following', `${following} of ${members.length} subscriptions`],
      this.#fleet.ask<'follow'>(() => ({ kind: 'follow', conversationIds })),
    );
  }

  async #send(): Promise<{ usage: Usage | null; counters: Counters; endMs: number }> {
    const { rate, window, warmup, seconds, cutAfter } = this.#options;
    const startUs = Math.round(nowUs()) + startInMs * 1_000;
    const measuredFromUs = startUs + warmup * 1_000_000;
    const times: RunTimes = {
      startUs,
      measuredFromUs,
      measuredUntilUs: measuredFromUs + seconds * 1_000_000,
      cutAtUs: cutAfter === null ? null : measuredFromUs + cutAfter * 1_000_000,
    };
    const pace = window === null ? `${rate}/s` : `${window} at once`;
    const [measured] = await this.#showing(
      ({ sent, accepted, delivered, away }) => [
        `Sending ${pace} for ${warmup} + ${seconds} s`,
        `${sent} sent, ${accepted} acknowledged, ${delivered} delivered${away > 0 ? `, ${away} people away` : ''}`,
      ],
      Promise.all([this.#measure(times), this.#fleet.ask<'send'>(() => ({ kind: 'send', times }))]),
    );
    return measured;
  }

  async #measure({
    measuredFromUs,
    measuredUntilUs,
  }: RunTimes): Promise<{ usage: Usage | null; counters: Counters; endMs: number }> {
    const { pid, metricsUrls } = this.#target;
    const pids = [...(pid === null ? [] : [pid]), ...this.#fleet.pids];
    await delay((measuredFromUs - nowUs()) / 1_000);
    const meter = UsageMeter.start(pids, metricsUrls);
    const before = await readCounters(metricsUrls);
    await delay(Math.max(0, (measuredUntilUs - nowUs()) / 1_000));
    const endMs = performance.now();
    const usage = meter?.stop() ?? null;
    return { usage, counters: countersBetween(before, await readCounters(metricsUrls)), endMs };
  }

  /** Until everything sent is answered and everything acknowledged is shown to everyone, or nothing more comes. */
  async #awaitStragglers(): Promise<void> {
    const { connections } = this.#options;
    const deadline = performance.now() + stragglersWithinMs;
    let changedAtMs = performance.now();
    for (let missing = Infinity; missing > 0 && performance.now() < deadline;) {
      const now = this.#fleet.progress;
      const missed = missingOf(now);
      if (missed !== missing || now.online < connections) changedAtMs = performance.now();
      if (performance.now() - changedAtMs > stragglersSilentMs) return;
      missing = missed;
      if (missing > 0)
        this.#progress.say(
          'Waiting for stragglers',
          `${missing} to come, ${connections - now.online} people offline`,
        );
      await delay(50);
    }
  }

  async #readHistories() {
    const { size } = this.#plan.members;
    // Only the histories show which messages have reactions.
    const conversations = everyNth(size, this.#options.reactionRate > 0 ? size : historiesReadMax);
    this.#progress.say('Reading histories', `of ${conversations.length} conversations`);
    return (await this.#fleet.ask<'readHistories'>(() => ({ kind: 'readHistories', conversations }))).flat();
  }

  /** Says how far the generators are while they work. */
  #showing<Value>(
    line: (progress: GeneratorProgress) => readonly [phase: string, state: string],
    work: Promise<Value>,
  ): Promise<Value> {
    return this.#progress.during(() => line(this.#fleet.progress), work);
  }

  #settingsOf(generator: number): GeneratorSettings {
    const { connections, generators, rate, window, warmup, seconds, bytes, receipts } = this.#options;
    const { layout, seed, clients, connectRate, reactionRate } = this.#options;
    const { url, issuer } = this.#target;
    return {
      ...{ layout, seed, clients, receipts, rate, reactionRate, generator, generators, issuer },
      run: this.#run,
      url: `${url.replace(/^http/, 'ws')}/ws`,
      people: connections,
      connectsInFlightMax: Math.ceil(connectsInFlightMax / generators),
      connectsPerSecondMax: connectRate / generators,
      localAddresses: isLoopback(url) ? localAddresses(connections) : [],
      bodyBytes: bytes,
      window: window === null ? null : shareOf(window, generator, generators),
      seconds: warmup + seconds,
      rampSeconds: warmup * rampOfWarmup,
    };
  }
}

function missingOf(progress: GeneratorProgress): number {
  const { sent, accepted, refused, toDeliver, delivered, shownToWriter, reacted, reactionsSettled, away } =
    progress;
  return Math.max(
    sent - accepted - refused,
    toDeliver - delivered,
    accepted - shownToWriter,
    reacted - reactionsSettled,
    away,
  );
}

/** The first of the generators take what does not divide. */
export function shareOf(total: number, generator: number, generators: number): number {
  return Math.floor(total / generators) + Number(generator < total % generators);
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
