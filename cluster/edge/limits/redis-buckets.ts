// Token buckets in Redis, for limits that hold over all workers. Redis is never waited for and never needed: while it
// is away, frozen or full, `spend` answers null and limits hold per worker, as they do where there is no Redis.
import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import type { Clock, Log } from '../../../actors/runtime/ports.ts';
import type { SharedBuckets, Spending } from './limiter.ts';

/** One command holds Redis up for as long as it runs: about a millisecond for so many keys. */
const keysPerCommand = 500;
/** Neither is felt by anyone: rounds are in the background. */
const commandTimeoutMs = 500;
const socketTimeoutMs = 1_000;
const connectTimeoutMs = 2_000;
const retryFirstMs = 50;
const retryMaxMs = 2_000;
/** After a refusal (read only, out of memory, no permission) or silence. */
const pauseMs = 1_000;

/**
 * A bucket is the time at which it is full again (GCRA), so that an absent key is a full bucket and expiry keeps
 * nothing for longer than it means something. Each key comes with what to add to that time and how long ago. It is always
 * added, and the answer is how many ms away that time is: more than a burst takes to refill when the subject has
 * overdrawn. The time is Redis's own, whatever the workers' clocks say.
 */
const spendScript = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + clock[2] / 1000
local answers = {}
for at, key in ipairs(KEYS) do
  local cost, age = tonumber(ARGV[2 * at - 1]), tonumber(ARGV[2 * at])
  local full = math.max(tonumber(redis.call('GET', key) or 0), now - age) + cost
  if full > now then
    redis.call('SET', key, string.format('%.3f', full), 'PX', math.ceil(full - now))
  else
    redis.call('DEL', key)
  end
  answers[at] = math.ceil(math.max(full - now, 0))
end
return answers
`;

export interface RedisBucketsOptions {
  readonly url: string;
  /** Of the authority that signed the server's certificate; the system's unless named. */
  readonly caFile?: string;
  readonly namespace: string;
  readonly name: string;
  readonly clock: Clock;
  readonly log: Log;
}

export class RedisBuckets implements SharedBuckets {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #clock: Clock;
  readonly #log: Log;
  /** Unknown at first, so that the first news are logged whichever they are. */
  #sharing: boolean | null = null;
  #pausedUntilMs = 0;
  readonly totals = { answered: 0, keys: 0, failed: 0 };

  constructor({ url, caFile, namespace, name, clock, log }: RedisBucketsOptions) {
    this.#prefix = `${namespace}:limit:`;
    this.#clock = clock;
    this.#log = log;
    this.#redis = new Redis(url, {
      ...trusting(caFile),
      connectionName: name.replaceAll(' ', '-'),
      connectTimeout: connectTimeoutMs,
      commandTimeout: commandTimeoutMs,
      socketTimeout: socketTimeoutMs,
      // Nothing waits for a connection, and nothing is said twice: both would be wrong by then.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      retryStrategy: (attempt) => Math.min(retryFirstMs * 2 ** Math.min(attempt, 10), retryMaxMs),
    });
    this.#redis.on('ready', () => this.#became(true));
    this.#redis.on('error', (error: Error) => this.#became(false, error.message));
    this.#redis.on('close', () => this.#became(false, 'the connection ended'));
  }

  /** Whether limits hold over all workers now, as far as is known. */
  get sharing(): boolean {
    return this.#sharing === true;
  }

  get reachable(): boolean {
    return this.#redis.status === 'ready' && this.#clock.monotonicMs() >= this.#pausedUntilMs;
  }

  async spend(spendings: readonly Spending[]): Promise<number[] | null> {
    if (!this.reachable) return null;
    const commands = [];
    for (let from = 0; from < spendings.length; from += keysPerCommand)
      commands.push(this.#command(spendings.slice(from, from + keysPerCommand)));
    const answers = await Promise.allSettled(commands);
    const failure = answers.find(({ status }) => status === 'rejected');
    if (failure?.status === 'rejected') {
      this.totals.failed++;
      this.#pausedUntilMs = this.#clock.monotonicMs() + pauseMs;
      this.#became(false, (failure.reason as Error).message);
      return null;
    }
    this.totals.answered++;
    this.totals.keys += spendings.length;
    this.#became(true);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  }

  stop(): void {
    this.#redis.removeAllListeners();
    this.#redis.on('error', () => undefined);
    this.#redis.disconnect();
  }

  async #command(spendings: readonly Spending[]): Promise<number[]> {
    const keys = spendings.map(({ key }) => this.#prefix + key);
    const args = spendings.flatMap(({ count, ageMs, rate }) => [(count * 1000) / rate.perSecond, ageMs]);
    const untilFullMs = (await this.#redis.eval(spendScript, keys.length, ...keys, ...args)) as number[];
    return spendings.map(({ rate }, at) => rate.burst - (untilFullMs[at]! * rate.perSecond) / 1000);
  }

  #became(sharing: boolean, reason?: string): void {
    if (this.#sharing === sharing) return;
    this.#sharing = sharing;
    if (sharing) this.#log.info({}, 'rate limits are shared over Redis');
    else
      this.#log.warn(
        { reason },
        'Redis does not serve; rate limits hold per process until it does. See REDIS_URL',
      );
  }
}

/** The part of Redis's options that says whose certificate is believed. Throws when the file cannot be read. */
export function trusting(caFile: string | undefined): { tls?: { ca: Buffer } } {
  return caFile ? { tls: { ca: readFileSync(caFile) } } : {};
}
